import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import {
  readUnsubscribeToken,
  unsubscribeToken,
  type Unsubscription,
} from './unsubscribe-token.js';

const secret = 'a secret of 32 characters or more';
const read = (token: string) => readUnsubscribeToken(secret, token);

describe('the token of an unsubscribe link', () => {
  const unsubscription: Unsubscription = {
    accountId: randomUUID(),
    userId: newId('user'),
    kind: 'balance_low',
  };
  const token = unsubscribeToken(secret, unsubscription);

  it('says for whom, which account and what', () => {
    expect(read(token)).toEqual(unsubscription);
    expect(token).toMatch(/^[\w-]{1,200}$/);
  });

  it('is refused with any bit of it turned, of another secret, and cut off', () => {
    const bytes = Buffer.from(token, 'base64url');
    for (let at = 0; at < bytes.length; at += 1) {
      const turned = Buffer.from(bytes);
      turned[at] = (turned[at] ?? 0) ^ 1;
      expect(read(turned.toString('base64url'))).toBeUndefined();
    }
    expect(readUnsubscribeToken(`${secret}!`, token)).toBeUndefined();
    for (const cut of ['', token.slice(0, 40), token.slice(0, -2)])
      expect(read(cut)).toBeUndefined();
  });

  it('is never one of what people may not do without', () => {
    const essential = { ...unsubscription, kind: 'dispute_opened' } as unknown as Unsubscription;
    expect(read(unsubscribeToken(secret, essential))).toBeUndefined();
  });
});
