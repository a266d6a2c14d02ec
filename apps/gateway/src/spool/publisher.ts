import type { ClosedRecord } from './closed-records.js';
import type { Journal } from './journal.js';
import { spoolBounds } from './bounds.js';

/** Consecutive records of one epoch. */
export interface UsageBatch {
  /** The same only for the same records and the same attempt. */
  id: string;
  epoch: string;
  firstSequence: number;
  lastSequence: number;
  /** Request records as JSON. */
  records: Buffer[];
}

/** Resolves when JetStream has acknowledged the batch; rejects when it may not have it. */
export type Publish = (batch: UsageBatch) => Promise<void>;

/**
 * Sends closed records in order, one batch at a time, and goes back to the settled watermark when
 * it has not moved for a while: JetStream's acknowledgement says nothing about the ledger. Records gather
 * for a moment: with each on its own, NATS, ledger and billing would work more for it than its request did.
 */
export class Publisher {
  private next: number;
  private window: ClosedRecord[] = [];
  private attempt = 0;
  private running: Promise<void> | null = null;
  private endPause: (() => void) | undefined;
  private gathering = false;
  private stopped = false;
  private retryMs: number = spoolBounds.publishRetryMs.first;
  private lastMove = performance.now();
  private patienceMs: number;

  constructor(
    private readonly journal: Journal,
    private readonly publish: Publish,
    private readonly resendAfterMs: number = spoolBounds.resendAfterMs.first,
  ) {
    this.next = journal.settledSequence + 1;
    this.patienceMs = resendAfterMs;
  }

  /** Publishes a record soon, together with those that are closed meanwhile. */
  add(closed: ClosedRecord): void {
    this.window.push(closed);
    if (this.window.length > spoolBounds.windowRecords)
      this.window.splice(0, this.window.length / 2);
    if (this.gathering && this.window.length >= spoolBounds.publishRecords) this.endPause?.();
    this.start();
  }

  /** The ledger repeats its watermark: only one that has moved puts off going back to it. */
  settled(sequence: number): void {
    if (sequence <= this.journal.settledSequence) return;
    this.lastMove = performance.now();
    this.patienceMs = this.resendAfterMs;
    this.forget(sequence);
    this.next = Math.max(this.next, sequence + 1);
  }

  /**
   * Goes back to the watermark when what was sent has not been settled in time: less and less often, so
   * that a ledger that is down does not come back to hours of copies.
   */
  tick(): void {
    const { settledSequence, lastSequence } = this.journal;
    const waiting = this.next - 1 > settledSequence;
    if (waiting && performance.now() - this.lastMove >= this.patienceMs) {
      this.patienceMs = Math.min(this.patienceMs * 2, spoolBounds.resendAfterMs.most);
      this.goBack();
    }
    if (this.next <= lastSequence) this.start();
  }

  /** Sends what is not settled again, now: what was sent before may be lost. */
  goBack(): void {
    this.next = this.journal.settledSequence + 1;
    this.attempt++;
    this.lastMove = performance.now();
    if (this.next <= this.journal.lastSequence) this.start();
  }

  start(): void {
    if (this.stopped || this.running) return;
    this.running = this.run().finally(() => {
      this.running = null;
      if (this.next <= this.journal.lastSequence) this.start();
    });
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.endPause?.();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopped && this.next <= this.journal.lastSequence) {
      const { lastSequence } = this.journal;
      if (lastSequence - this.next < spoolBounds.publishRecords - 1) {
        this.gathering = true;
        await this.pause(spoolBounds.gatherMs);
        this.gathering = false;
      }
      try {
        // Only what is on disk for good may be charged.
        await this.journal.sync();
        await this.publishNext();
        this.retryMs = spoolBounds.publishRetryMs.first;
      } catch {
        await this.pause(this.retryMs);
        this.retryMs = Math.min(this.retryMs * 2, spoolBounds.publishRetryMs.most);
      }
    }
  }

  private async publishNext(): Promise<void> {
    const { attempt, next } = this;
    const closed = await this.take(next);
    // Gone back, or settled, while it was read.
    if (attempt !== this.attempt || (closed.length === 0 && next !== this.next)) return;
    const first = closed[0];
    const last = closed.at(-1);
    if (!first || !last) throw new Error('closed records cannot be read back');
    await this.publish({
      id: `${this.journal.epoch}:${first.sequence}-${last.sequence}:${attempt}`,
      epoch: this.journal.epoch,
      firstSequence: first.sequence,
      lastSequence: last.sequence,
      records: closed.map(({ record }) => record),
    });
    // Gone back meanwhile: the acknowledgement may be of a store that is lost.
    if (attempt !== this.attempt) return;
    if (this.next <= this.journal.settledSequence + 1) this.lastMove = performance.now();
    this.next = Math.max(this.next, last.sequence + 1);
    // Sent again, if ever, from the disk: kept until they are settled they would outlive the young generation.
    this.forget(last.sequence);
  }

  private forget(upTo: number): void {
    const first = this.window[0];
    if (first && first.sequence <= upTo) this.window.splice(0, upTo - first.sequence + 1);
  }

  private async take(next: number): Promise<ClosedRecord[]> {
    const { publishRecords, publishBytes } = spoolBounds;
    const first = this.window[0];
    const offset = first ? next - first.sequence : -1;
    if (offset < 0 || offset >= this.window.length) {
      return this.journal.readClosed(next, { maxRecords: publishRecords, maxBytes: publishBytes });
    }
    const taken: ClosedRecord[] = [];
    let bytes = 0;
    for (const closed of this.window.slice(offset, offset + publishRecords)) {
      bytes += closed.record.length;
      if (closed.sequence > this.journal.durableSequence) break;
      if (taken.length > 0 && bytes > publishBytes) break;
      taken.push(closed);
    }
    return taken;
  }

  private pause(ms: number): Promise<void> {
    if (this.stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.endPause = undefined;
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.endPause = end;
    });
  }
}
