import { describe, expect, it } from '@jest/globals';
import { newId, uuidOf } from '@modelbridge/contracts';
import { cursorAfter, readCursor, requestPageSchema } from './page.js';

const keyId = newId('key');
const page = { keyId, accountId: '', limit: 0, cursor: '' };

function badField(changes: object): unknown {
  return requestPageSchema.safeParse({ ...page, ...changes }).error?.issues[0]?.path[0];
}

describe('pages', () => {
  it('continue below the request that a cursor names', () => {
    const uuid = uuidOf('request', newId('request'));
    expect(readCursor(cursorAfter(uuid))).toBe(uuid);
  });

  it.each(['a', '!!!!', 'AAAAAAAAAAAAAAAAAAAAAA==', newId('request'), 'x'.repeat(10_000)])(
    'refuse %p as a cursor',
    (cursor) => {
      expect(badField({ cursor })).toBe('cursor');
    },
  );

  it('have 20 requests unless told otherwise, and never more than 100', () => {
    expect(requestPageSchema.parse(page).limit).toBe(20);
    expect(requestPageSchema.parse({ ...page, limit: 100 }).limit).toBe(100);
    expect(badField({ limit: 101 })).toBe('limit');
  });

  it('are of a key, an account or one key of an account', () => {
    expect(badField({ keyId: '' })).toBe('keyId');
    expect(badField({ accountId: newId('account') })).toBeUndefined();
    expect(badField({ keyId: newId('user') })).toBe('keyId');
  });
});
