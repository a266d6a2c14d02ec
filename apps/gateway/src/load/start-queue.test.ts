import { describe, expect, it } from '@jest/globals';
import { StartQueue } from './start-queue.js';

const bounds = {
  turnMs: 10,
  busyTurnMs: 2,
  fewStarts: 2,
  patienceMs: 30,
  standingMs: 100,
  standingPatienceMs: 10,
};

/** A gateway in which to begin a request takes `costMs` of the event loop, and time passes only by work. */
class Loop {
  now = 0;
  private ends: (() => void)[] = [];
  readonly begun: string[] = [];
  readonly refused: string[] = [];
  readonly waits: number[] = [];
  readonly queue = new StartQueue(bounds, {
    now: () => this.now,
    atTurnEnd: (then) => void this.ends.push(then),
  });

  constructor(private readonly costMs: number) {}

  get isTimed(): boolean {
    return this.ends.length > 0;
  }

  /** A request of a key, as `account/key`. */
  ask(...owners: string[]): void {
    for (const owner of owners) {
      const [accountId = '', keyId = ''] = owner.split('/');
      const cameAt = this.now;
      const begin = (): void => {
        this.begun.push(owner);
        this.waits.push(this.now - cameAt);
        this.now += this.costMs;
      };
      if (this.queue.hasTime()) begin();
      else {
        const refuse = (): void => void this.refused.push(owner);
        this.queue.add({ owner: { accountId, keyId }, begin, refuse });
      }
    }
  }

  /** The other work of a turn, and its end. */
  turn(otherMs = 0): void {
    this.now += otherMs;
    for (const end of this.ends.splice(0)) end();
  }
}

const many = (owner: string, count: number): string[] => Array<string>(count).fill(owner);

describe('what is begun in a turn of the event loop', () => {
  it('is all that comes while there is time, and a loop without work is not timed', () => {
    const loop = new Loop(1);
    loop.ask(...many('a/1', 10));
    expect(loop.begun).toHaveLength(10);
    loop.turn();
    loop.turn();
    expect(loop.isTimed).toBe(false);
    for (let i = 0; i < 1_000; i += 1) {
      loop.now += 50;
      loop.ask('a/1');
      loop.turn();
    }
    expect([loop.begun.length, loop.refused.length, loop.isTimed]).toEqual([1_010, 0, false]);
  });

  it('is as much as it has time for; the others follow in the next ones', () => {
    const loop = new Loop(1);
    loop.ask(...many('a/1', 25));
    expect(loop.begun).toHaveLength(10);
    // This turn has taken its time: a few more.
    loop.turn();
    expect(loop.begun).toHaveLength(12);
    // With time taken by what runs there is less for others.
    loop.turn(6);
    expect(loop.begun).toHaveLength(16);
    loop.turn();
    expect([loop.begun.length, loop.queue.length]).toEqual([25, 0]);
  });

  it('leaves nobody behind who came before, and everybody a turn: accounts, and the keys of each', () => {
    const loop = new Loop(5);
    loop.ask(...many('a/1', 6), 'a/2', 'b/3', 'b/3');
    expect(loop.begun).toEqual(['a/1', 'a/1']);
    for (let i = 0; i < 4; i += 1) loop.turn();
    expect(loop.begun.slice(2)).toEqual(['a/1', 'b/3', 'a/2', 'b/3', 'a/1', 'a/1', 'a/1']);
    expect(loop.refused).toEqual([]);
  });

  it('is a few where others take all of it', () => {
    const loop = new Loop(1);
    loop.ask('a/1');
    loop.turn(50);
    for (let i = 1; i < 4; i += 1) {
      loop.now += 50;
      loop.ask('b/1');
      loop.turn(50);
    }
    expect(loop.begun).toHaveLength(4);
    expect(loop.isTimed).toBe(true);
  });
});

describe('who waits', () => {
  it('is refused after a while, not in the turn in which the process stood still', () => {
    const loop = new Loop(10);
    loop.ask(...many('a/1', 10));
    for (let i = 0; i < 3; i += 1) loop.turn(5_000);
    expect([loop.begun.length, loop.refused.length]).toEqual([7, 0]);
    loop.turn(10);
    expect([loop.begun.length, loop.refused.length]).toEqual([9, 1]);
  });

  it('leaves the loop to those who get in: at twice of what it bears, none of them waits for long', () => {
    const loop = new Loop(0.25);
    // In each turn come twice as many as it can begin and end; to end one takes as long as to begin it.
    let came = 0;
    let ended = 0;
    while (loop.now < 2_000) {
      const due = Math.floor(loop.now * 4);
      loop.ask(...many('a/1', due - came));
      came = due;
      const running = loop.begun.length - ended;
      ended += running;
      loop.turn(running * 0.25 + 0.01);
    }
    const late = loop.waits.slice(loop.waits.length / 2).sort((a, b) => a - b);
    expect(late.at(Math.floor(late.length * 0.99))).toBeLessThan(40);
    const share = loop.begun.length / came;
    expect(share).toBeGreaterThan(0.45);
    expect(share).toBeLessThan(0.55);
    expect(loop.begun.length + loop.refused.length + loop.queue.length).toBe(came);
  });

  it('is not the honest caller beside a greedy one', () => {
    const loop = new Loop(0.5);
    let came = 0;
    let honest = 0;
    while (loop.now < 1_000) {
      const due = Math.floor(loop.now * 8);
      loop.ask(...many('greedy/1', due - came));
      came = due;
      if (honest * 20 <= loop.now) {
        honest += 1;
        loop.ask('honest/1');
      }
      loop.turn(1);
    }
    loop.turn();
    expect(loop.refused).not.toContain('honest/1');
    expect(loop.begun.filter((owner) => owner === 'honest/1')).toHaveLength(honest);
    expect(loop.refused.length).toBeGreaterThan(1_000);
  });
});
