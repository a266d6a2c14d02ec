import { describe, expect, it } from '@jest/globals';
import { Turns } from './turns.js';

describe('Turns', () => {
  it('runs so many at once, in order, and goes on after a failure', async () => {
    const turns = new Turns(2);
    const started: number[] = [];
    const ends: ((error?: Error) => void)[] = [];
    const works = [0, 1, 2, 3].map((id) =>
      turns.run(
        () =>
          new Promise<number>((resolve, reject) => {
            started.push(id);
            ends[id] = (error) => (error === undefined ? resolve(id) : reject(error));
          }),
      ),
    );
    expect(started).toEqual([0, 1]);
    ends[1]!(new Error('broken'));
    await expect(works[1]).rejects.toThrow('broken');
    expect(started).toEqual([0, 1, 2]);
    ends[0]!();
    await works[0];
    expect(started).toEqual([0, 1, 2, 3]);
    ends[2]!();
    ends[3]!();
    expect(await Promise.all([works[2], works[3]])).toEqual([2, 3]);
    const later = turns.run(() => Promise.resolve('later'));
    expect(await later).toBe('later');
  });
});
