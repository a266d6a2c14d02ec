import { describe, expect, it } from '@jest/globals';
import { DatabaseUnavailableError } from './database-unavailable.js';
import { isolateFailures } from './isolate-failures.js';

const hundred = Array.from({ length: 100 }, (_, index) => index);

/** Work that fails where one of the bad items takes part, and notes what it was done for. */
function workOn(bad: number[], error: Error = new Error('a fault')) {
  const done: number[] = [];
  let attempts = 0;
  const work = (items: readonly number[]): Promise<void> => {
    attempts += 1;
    if (items.some((item) => bad.includes(item))) return Promise.reject(error);
    done.push(...items);
    return Promise.resolve();
  };
  return { work, done, attempts: () => attempts };
}

describe('isolateFailures', () => {
  it('works once on items that are all good, and not at all on none', async () => {
    const good = workOn([]);
    expect(await isolateFailures(hundred, good.work)).toEqual([]);
    expect(await isolateFailures([], good.work)).toEqual([]);
    expect(good.attempts()).toBe(1);
  });

  it.each([[[0]], [[99]], [[41, 42]], [[3, 50, 51, 98]]])(
    'fails %j and works on every other in order, once',
    async (bad) => {
      const some = workOn(bad);
      const failures = await isolateFailures(hundred, some.work);
      expect(failures.flatMap(({ items }) => items)).toEqual(bad);
      expect(some.done).toEqual(hundred.filter((item) => !bad.includes(item)));
      expect(some.attempts()).toBeLessThanOrEqual(1 + 2 * 7 * bad.length);
    },
  );

  it('does not look for a bad item where the database is unavailable', async () => {
    const away = workOn(hundred, new DatabaseUnavailableError(undefined));
    await expect(isolateFailures(hundred, away.work)).rejects.toThrow('cannot be reached');
    expect(away.attempts()).toBe(1);
  });

  it('gives up where more fail than can be at fault', async () => {
    const broken = workOn(hundred);
    await expect(isolateFailures(hundred, broken.work, { mostFailures: 3 })).rejects.toThrow(
      'a fault',
    );
    expect(broken.done).toEqual([]);
    expect(broken.attempts()).toBeLessThan(20);
    expect(
      await isolateFailures(hundred, workOn([1, 2, 3]).work, { mostFailures: 3 }),
    ).toHaveLength(3);
  });

  it('keeps together what has the same key', async () => {
    const some = workOn([13, 53]);
    const keyOf = (item: number): string => `tenant ${item % 10}`;
    const [failure, ...more] = await isolateFailures(hundred, some.work, { keyOf });
    expect(failure?.items).toEqual([3, 13, 23, 33, 43, 53, 63, 73, 83, 93]);
    expect(more).toEqual([]);
    expect([...some.done].sort((a, b) => a - b)).toEqual(hundred.filter((item) => item % 10 !== 3));
  });
});
