import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { hashIdempotencyKey, requestHmac } from './idempotency-key.js';

describe('hashIdempotencyKey', () => {
  it.each(['a', '~'.repeat(255), '!"#$%&/()=?{}[]|'])('takes %p', (header) => {
    expect(hashIdempotencyKey(header)).toEqual(createHash('sha256').update(header).digest());
  });

  it.each([
    ['nothing', ''],
    ['256 characters', 'a'.repeat(256)],
    ['a space', 'a b'],
    ['two headers', 'a, b'],
    ['a control character', 'a\tb'],
    ['what is not ASCII', 'clé'],
    ['a final line feed', 'a\n'],
    ['a list', ['a', 'b']],
  ])('refuses %s with a 400 that names the header', (_, header) => {
    expect(() => hashIdempotencyKey(header)).toThrow(
      expect.objectContaining({
        status: 400,
        options: expect.objectContaining({ param: 'idempotency-key' }),
      }),
    );
  });
});

describe('requestHmac', () => {
  const secret = 's'.repeat(32);
  const request = { keyId: 'key_1', route: 'chat', body: Buffer.from('{"model":"m"}') };

  it('is the same for the same request', () => {
    expect(requestHmac(secret, request)).toEqual(requestHmac(secret, { ...request }));
    expect(requestHmac(secret, request)).toHaveLength(32);
  });

  it.each([
    ['secret', 't'.repeat(32), request],
    ['key', secret, { ...request, keyId: 'key_2' }],
    ['route', secret, { ...request, route: 'messages' }],
    ['body', secret, { ...request, body: Buffer.from('{"model":"m" }') }],
  ])('changes with the %s', (_, otherSecret, other) => {
    expect(requestHmac(otherSecret, other)).not.toEqual(requestHmac(secret, request));
  });
});
