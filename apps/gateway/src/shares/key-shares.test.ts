import { describe, expect, it } from '@jest/globals';
import { RequestError } from '../errors/request-error.js';
import { KeyShares } from './key-shares.js';

function refusal(take: () => void): RequestError | undefined {
  try {
    take();
    return undefined;
  } catch (error) {
    return error as RequestError;
  }
}

const key = (accountId: string, keyId: string) => ({ accountId, keyId });

describe('KeyShares', () => {
  const shares = (total: number) =>
    new KeyShares({ name: 'open_requests', what: 'requests open', total });

  it('answers 429 to whoever holds its share, naming the bound, and serves others', () => {
    const open = shares(9);
    open.take(key('a', 'one'), 3);
    expect(refusal(() => open.take(key('a', 'one')))).toMatchObject({
      status: 429,
      code: 'too_many_at_once',
      message: expect.stringContaining('This key has as many requests open'),
      options: { retryAfterMs: 1_000, details: { bound: 'key.open_requests' } },
    });
    expect(refusal(() => open.take(key('b', 'two')))).toBeUndefined();
    open.release(key('a', 'one'), 2);
    expect(refusal(() => open.take(key('a', 'one')))).toBeUndefined();
  });

  it('answers 503 to whoever holds little where all together hold too much', () => {
    const open = shares(9);
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) open.take(key(id, id));
    expect(refusal(() => open.take(key('h', 'h')))).toMatchObject({
      status: 503,
      code: 'overloaded',
      options: { retryAfterMs: 1_000 },
    });
  });
});
