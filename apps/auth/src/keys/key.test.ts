import { describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import { keyDigestSchema, keyPageSchema, newKeySchema } from './key.js';

const now = new Date('2026-08-01T00:00:00Z');
const request = {
  userId: newId('user'),
  accountId: newId('account'),
  name: 'ci',
  isTest: false,
  scope: 'inference',
};

describe('a new key', () => {
  it('needs no team and no end', () => {
    expect(newKeySchema(now).parse({ ...request, name: ' ci ' })).toEqual(request);
  });

  it.each([
    ['name', ''],
    ['name', '\u0007'],
    ['name', 'x'.repeat(201)],
    ['userId', 'user_1'],
    ['userId', newId('account')],
    ['accountId', ''],
    ['teamId', 'team'],
    ['scope', undefined],
    ['expiresAt', now],
    ['expiresAt', new Date(Number.NaN)],
  ])('is refused with %s %j', (field, value) => {
    const result = newKeySchema(now).safeParse({ ...request, [field]: value });
    expect(result.error?.issues[0]?.path).toEqual([field]);
  });
});

describe('a page of keys', () => {
  it.each([
    [0, 20],
    [1, 1],
    [100, 100],
  ])('of the limit %d has %d keys', (limit, size) => {
    expect(keyPageSchema.parse({ accountId: newId('account'), limit, cursor: '' })).toMatchObject({
      limit: size,
      cursor: undefined,
    });
  });

  it('is refused above the limit or with a foreign cursor', () => {
    const page = { accountId: newId('account'), limit: 1, cursor: '' };
    expect(keyPageSchema.safeParse({ ...page, limit: 101 }).success).toBe(false);
    for (const cursor of ["' or 1=1", newId('team')]) {
      const { error } = keyPageSchema.safeParse({ ...page, cursor });
      expect(error?.issues).toMatchObject([
        { path: ['cursor'], message: 'is not a cursor of this list' },
      ]);
    }
  });
});

describe('a digest', () => {
  it.each([0, 31, 33])('of %d bytes is refused', (length) => {
    expect(keyDigestSchema.safeParse({ keySha256: Buffer.alloc(length) }).success).toBe(false);
  });
});
