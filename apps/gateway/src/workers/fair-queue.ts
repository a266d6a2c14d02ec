import type { ResolvedKey } from '../keys/resolved-key.js';

/** In whose name work is done. */
export type Sharer = Pick<ResolvedKey, 'accountId' | 'keyId'>;

/** Work that waits for a thread. `cost` is what it takes of one, in any unit. */
export interface Waiting {
  sharer: Sharer;
  cost: number;
}

interface Entry<W> {
  work: W;
  /** When it would be over, were every key served at the same speed at once. */
  due: number;
}

/**
 * Weighted fair queueing: each key gets the same share of the threads, whatever it asks for and how often, and
 * of one key's work what came first goes first. An account never has all threads where there is more than one.
 */
export class FairQueue<W extends Waiting> {
  private readonly waiting: Entry<W>[] = [];
  /** By key, of those that wait or run: when the last of its work is due. */
  private readonly lastDue = new Map<string, { due: number; works: number }>();
  private readonly runningOf = new Map<string, number>();
  private served = 0;

  constructor(private readonly threads: number) {}

  get length(): number {
    return this.waiting.length;
  }

  add(work: W): void {
    const { keyId } = work.sharer;
    const last = this.lastDue.get(keyId);
    const due = Math.max(this.served, last?.due ?? 0) + work.cost;
    this.lastDue.set(keyId, { due, works: (last?.works ?? 0) + 1 });
    this.waiting.push({ work, due });
  }

  /** What is to run next: to be `ended` later. Undefined where nothing may. */
  next(): W | undefined {
    let first = -1;
    for (const [i, { work, due }] of this.waiting.entries()) {
      if (!this.mayRun(work)) continue;
      if (first === -1 || due < this.waiting[first]!.due) first = i;
    }
    if (first === -1) return undefined;
    const [{ work, due }] = this.waiting.splice(first, 1) as [Entry<W>];
    this.served = Math.max(this.served, due - work.cost);
    const { accountId } = work.sharer;
    this.runningOf.set(accountId, (this.runningOf.get(accountId) ?? 0) + 1);
    return work;
  }

  ended({ sharer: { keyId, accountId } }: W): void {
    const running = (this.runningOf.get(accountId) ?? 0) - 1;
    if (running > 0) this.runningOf.set(accountId, running);
    else this.runningOf.delete(accountId);
    const last = this.lastDue.get(keyId);
    if (last !== undefined && --last.works <= 0) this.lastDue.delete(keyId);
  }

  private mayRun({ sharer }: W): boolean {
    const most = Math.max(1, this.threads - 1);
    return (this.runningOf.get(sharer.accountId) ?? 0) < most;
  }
}
