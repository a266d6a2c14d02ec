import type { Owner } from '../shares/key-shares.js';
import { RoundRobin } from './round-robin.js';

/** The event loop as the queue sees it. */
export interface LoopClock {
  /** Monotonic, in milliseconds. */
  now(): number;
  /** Calls back when what has come in this turn of the loop is handled. */
  atTurnEnd(then: () => void): void;
}

export interface StartBounds {
  turnMs: number;
  busyTurnMs: number;
  fewStarts: number;
  patienceMs: number;
  standingMs: number;
  standingPatienceMs: number;
}

/** A request that is to be begun. */
export interface Start {
  owner: Owner;
  /** Does its work, of which as much as can be is done when it returns. */
  begin(): void;
  /** It has waited too long. */
  refuse(): void;
}

/**
 * Lets as much begin as the event loop bears. A turn of the loop that has taken its time begins nothing more; what
 * then comes waits, and is begun at the ends of turns with time left, fairly by account and key. Whoever waits for
 * long is refused, sooner where there is always somebody who waits. What is open and quiet takes no time of a
 * turn and counts for nothing; what streams a lot leaves less of it to begin others in.
 */
export class StartQueue {
  private readonly waiting = new RoundRobin<Start & { since: number }>();
  /** Of the turn that is timed; undefined where none is, because the last one took no time. */
  private turnBegan: number | undefined;
  /** The time that waits are told in. That the process had no processor in a turn is no load: the rest of it is left out. */
  private counted = 0;
  private emptyAt = 0;

  constructor(
    private readonly bounds: StartBounds,
    private readonly clock: LoopClock,
  ) {}

  get length(): number {
    return this.waiting.length;
  }

  /** Whether a request may begin at once: it need not be added. To be asked for each that comes. */
  hasTime(): boolean {
    const now = this.clock.now();
    if (this.turnBegan === undefined) this.timeTurn(now);
    return this.waiting.length === 0 && now - this.turnBegan! < this.bounds.turnMs;
  }

  /** Takes a request for which there is no time in this turn. */
  add(start: Start): void {
    this.waiting.add({ ...start, since: this.counted });
  }

  private timeTurn(now: number): void {
    this.turnBegan = now;
    this.clock.atTurnEnd(() => this.endTurn(now));
  }

  private endTurn(began: number): void {
    const { turnMs, busyTurnMs, fewStarts } = this.bounds;
    let now = this.clock.now();
    // A few in any case: whatever else fills the turns, the queue moves.
    for (let begun = 0; begun < fewStarts || now - began < turnMs; begun += 1) {
      const next = this.waiting.take();
      if (next === undefined) break;
      next.begin();
      now = this.clock.now();
    }
    this.counted += Math.min(now - began, turnMs);
    if (this.waiting.length === 0) this.emptyAt = this.counted;
    else this.refuseLate();
    if (this.waiting.length > 0 || now - began >= busyTurnMs) this.timeTurn(now);
    else this.turnBegan = undefined;
  }

  private refuseLate(): void {
    const { patienceMs, standingMs, standingPatienceMs } = this.bounds;
    const stands = this.counted - this.emptyAt >= standingMs;
    const latest = this.counted - (stands ? standingPatienceMs : patienceMs);
    for (const late of this.waiting.takeOldest(({ since }) => since < latest)) late.refuse();
  }
}
