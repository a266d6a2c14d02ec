import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { secretOf, shownSecret, signedHeaders } from './signing.js';

const key = 'a key of 32 characters or more !!';
const id = randomUUID();
const body = '{"type":"test"}';
const secrets = [2, 1].map((version) => secretOf(key, id, version));
const verify = (secret: Buffer, headers: Record<string, string>, text = body): unknown =>
  new Webhook(shownSecret(secret)).verify(text, headers);

describe('a signature', () => {
  it('is one that the library of the specification takes, with either of two secrets', () => {
    const headers = signedHeaders(secrets, 'message', new Date(), body);
    for (const secret of secrets) expect(verify(secret, headers)).toEqual({ type: 'test' });
  });

  it('is none of another body, id, time, secret or endpoint', () => {
    const [secret] = secrets as [Buffer];
    const headers = signedHeaders([secret], 'message', new Date(), body);
    expect(() => verify(secret, headers, `${body} `)).toThrow(/signature/i);
    expect(() => verify(secret, { ...headers, 'webhook-id': 'other' })).toThrow(/signature/i);
    const old = signedHeaders([secret], 'message', new Date(Date.now() - 3_600_000), body);
    expect(() => verify(secret, old)).toThrow(/too old/);
    for (const other of [
      secretOf(key, id, 1),
      secretOf(`${key}!`, id, 2),
      secretOf(key, randomUUID(), 2),
    ]) {
      expect(() => verify(other, headers)).toThrow(/signature/i);
    }
  });

  it('is made with a secret that is the same after a restart', () => {
    expect(secretOf(key, id, 1)).toEqual(secretOf(key, id, 1));
    expect(shownSecret(secretOf(key, id, 1))).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  });
});
