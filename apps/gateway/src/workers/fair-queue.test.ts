import { describe, expect, it } from '@jest/globals';
import { FairQueue, type Waiting } from './fair-queue.js';

interface Work extends Waiting {
  name: string;
}

const work = (name: string, accountId: string, keyId: string, cost: number): Work => ({
  ...{ name, cost, sharer: { accountId, keyId } },
});

/** The names in the order in which they run one at a time. */
function order(queue: FairQueue<Work>): string[] {
  const names: string[] = [];
  for (let next = queue.next(); next !== undefined; next = queue.next()) {
    names.push(next.name);
    queue.ended(next);
  }
  return names;
}

describe('FairQueue', () => {
  it('serves a key that asks for little before the rest of one that asks for much', () => {
    const queue = new FairQueue<Work>(1);
    for (const name of ['a1', 'a2', 'a3']) queue.add(work(name, 'a', 'a', 90));
    queue.add(work('b1', 'b', 'b', 1));
    queue.add(work('b2', 'b', 'b', 1));
    expect(order(queue)).toEqual(['b1', 'b2', 'a1', 'a2', 'a3']);
  });

  it('shares by cost, not by count, and keeps the order of each key', () => {
    const queue = new FairQueue<Work>(1);
    for (const name of ['a1', 'a2']) queue.add(work(name, 'a', 'a', 100));
    for (let i = 1; i <= 5; i += 1) queue.add(work(`b${i}`, 'b', 'b', 40));
    expect(order(queue)).toEqual(['b1', 'b2', 'a1', 'b3', 'b4', 'a2', 'b5']);
  });

  it('lets no key save up turns while it asks for nothing', () => {
    const queue = new FairQueue<Work>(1);
    for (let i = 0; i < 5; i += 1) queue.add(work('a', 'a', 'a', 100));
    order(queue);
    queue.add(work('a', 'a', 'a', 100));
    queue.add(work('late', 'b', 'b', 100));
    expect(order(queue)).toEqual(['a', 'late']);
  });

  it('leaves one thread to others than the account that asks most, however many its keys', () => {
    const queue = new FairQueue<Work>(2);
    for (let i = 0; i < 3; i += 1) queue.add(work('a', 'a', `key ${i}`, 1));
    queue.add(work('b', 'b', 'b', 100));
    expect(queue.next()?.name).toBe('a');
    expect(queue.next()?.name).toBe('b');
    expect(queue.length).toBe(2);
  });
});
