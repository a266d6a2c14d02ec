import type { ClosedRecord, Journal } from './journal.js';
import { spoolLimits } from './limits.js';

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
 * it has not moved for a while: JetStream's acknowledgement says nothing about the ledger.
 */
export class Publisher {
  private next: number;
  private window: ClosedRecord[] = [];
  private attempt = 0;
  private running: Promise<void> | null = null;
  private wake: (() => void) | null = null;
  private stopped = false;
  private retryMs: number = spoolLimits.publishRetryMs.first;
  private lastMove = performance.now();
  private patienceMs: number;

  constructor(
    private readonly journal: Journal,
    private readonly publish: Publish,
    private readonly resendAfterMs: number = spoolLimits.resendAfterMs.first,
  ) {
    this.next = journal.settledSequence + 1;
    this.patienceMs = resendAfterMs;
    journal.onDurable = () => this.start();
  }

  /** Keeps a record at hand for its first publication, which follows its fdatasync. */
  remember(closed: ClosedRecord): void {
    this.window.push(closed);
    if (this.window.length > spoolLimits.windowRecords)
      this.window.splice(0, this.window.length / 2);
  }

  /** The ledger repeats its watermark: only one that has moved puts off going back to it. */
  settled(sequence: number): void {
    if (sequence <= this.journal.settledSequence) return;
    this.lastMove = performance.now();
    this.patienceMs = this.resendAfterMs;
    const first = this.window[0];
    if (first && first.sequence <= sequence) this.window.splice(0, sequence - first.sequence + 1);
    this.next = Math.max(this.next, sequence + 1);
  }

  /**
   * Goes back to the watermark when what was sent has not been settled in time: less and less often, so
   * that a ledger that is down does not come back to hours of copies.
   */
  tick(): void {
    const { settledSequence, durableSequence } = this.journal;
    const waiting = this.next - 1 > settledSequence;
    if (waiting && performance.now() - this.lastMove >= this.patienceMs) {
      this.next = settledSequence + 1;
      this.attempt++;
      this.lastMove = performance.now();
      this.patienceMs = Math.min(this.patienceMs * 2, spoolLimits.resendAfterMs.most);
    }
    if (this.next <= durableSequence) this.start();
  }

  start(): void {
    this.wake?.();
    if (this.stopped || this.running) return;
    this.running = this.run().finally(() => {
      this.running = null;
      if (!this.stopped && this.next <= this.journal.durableSequence) this.start();
    });
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.wake?.();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopped && this.next <= this.journal.durableSequence) {
      const closed = this.take();
      const first = closed[0];
      const last = closed.at(-1);
      if (!first || !last) return;
      try {
        await this.publish({
          id: `${this.journal.epoch}:${first.sequence}-${last.sequence}:${this.attempt}`,
          epoch: this.journal.epoch,
          firstSequence: first.sequence,
          lastSequence: last.sequence,
          records: closed.map(({ record }) => record),
        });
        this.retryMs = spoolLimits.publishRetryMs.first;
        if (this.next <= this.journal.settledSequence + 1) this.lastMove = performance.now();
        this.next = Math.max(this.next, last.sequence + 1);
      } catch {
        await this.pause(this.retryMs);
        this.retryMs = Math.min(this.retryMs * 2, spoolLimits.publishRetryMs.most);
      }
    }
  }

  private take(): ClosedRecord[] {
    const { publishRecords, publishBytes } = spoolLimits;
    const first = this.window[0];
    const offset = first ? this.next - first.sequence : -1;
    if (offset < 0 || offset >= this.window.length) {
      return this.journal.readClosed(this.next, publishRecords, publishBytes);
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
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms);
      function done(): void {
        clearTimeout(timer);
        resolve();
      }
      this.wake = () => {
        if (this.stopped) done();
      };
    });
  }
}
