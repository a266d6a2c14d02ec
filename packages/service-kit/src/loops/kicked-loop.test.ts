import { describe, expect, it } from '@jest/globals';
import { KickedLoop } from './kicked-loop.js';

/** A loop whose passes take all work that is there, each at the cost of some turns. */
function counting() {
  const work = { waiting: 0, done: 0, passes: 0, atOnce: 0, most: 0 };
  const errors: unknown[] = [];
  const loop = new KickedLoop(
    async () => {
      work.passes += 1;
      work.most = Math.max(work.most, (work.atOnce += 1));
      const taken = work.waiting;
      work.waiting = 0;
      await turns(3);
      work.atOnce -= 1;
      if (taken === 13) throw new Error('failed');
      work.done += taken;
    },
    (error) => void errors.push(error),
  );
  return { work, loop, errors };
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
}

describe('KickedLoop', () => {
  it.each(Array.from({ length: 20 }, (_, turn) => turn))(
    'misses no kick that comes %d turns after the first',
    async (turn) => {
      const { work, loop } = counting();
      work.waiting += 1;
      void loop.kick();
      await turns(turn);
      work.waiting += 1;
      await loop.kick();
      expect(work).toMatchObject({ done: 2, most: 1 });
    },
  );

  it('makes one more pass of many kicks during one', async () => {
    const { work, loop } = counting();
    void loop.kick();
    await turns(1);
    for (let kick = 0; kick < 10; kick += 1) void loop.kick();
    await loop.kick();
    expect(work.passes).toBe(2);
  });

  it('tells of a pass that failed, and makes the next', async () => {
    const { work, loop, errors } = counting();
    work.waiting = 13;
    await loop.kick();
    expect(errors).toEqual([new Error('failed')]);
    work.waiting = 1;
    await loop.kick();
    expect(work.done).toBe(1);
  });
});
