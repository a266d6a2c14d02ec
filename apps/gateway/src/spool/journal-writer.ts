import { CarryOver } from './carry-over.js';
import { SpoolFullError } from './errors.js';
import { FrameType } from './frame.js';
import { GroupSync } from './group-sync.js';
import type { JournalState } from './journal-state.js';
import type { SegmentChain } from './segment-chain.js';

/** The error is that of the disk: nothing more is kept then. */
export type Written = (error: Error | null) => void;

/**
 * Takes a journal's frames to the disk: those of one turn of the event loop together, and one segment after
 * another. After a failed write or fdatasync it keeps nothing more: nobody knows what the disk has.
 */
export class JournalWriter {
  /** Resolves with the error of the disk. */
  readonly failure: Promise<Error>;
  private tellFailure!: (error: Error) => void;
  private failed: Error | null = null;
  private durable: number;
  private readonly groups = new GroupSync(() => this.syncAppended());
  private writeScheduled = false;
  private readonly writeSoon = (): void => this.write();
  private awaitingWrite: Written[] = [];
  private readonly carryOver: CarryOver;
  private carrying = false;
  private settledNoted = 0;
  private stopped = false;

  constructor(
    private readonly segments: SegmentChain,
    private readonly state: JournalState,
  ) {
    this.failure = new Promise((resolve) => (this.tellFailure = resolve));
    this.durable = state.lastSequence;
    this.carryOver = new CarryOver(state, (type, payload) => {
      if (!segments.fits(payload)) return false;
      segments.append(type, payload);
      return true;
    });
    this.guarded(() => this.beginSegment());
  }

  get error(): Error | null {
    return this.failed;
  }

  /** The last sequence whose close is on disk for good. */
  get durableSequence(): number {
    return this.durable;
  }

  /** Dropped where the disk has failed: those who wait for the write are told. */
  append(type: FrameType, payload: string): void {
    if (this.failed) return;
    this.guarded(() => {
      if (!this.segments.fits(payload)) this.rotate();
      if (!this.segments.fits(payload)) throw new SpoolFullError('no segment to append to');
      this.segments.append(type, payload);
    });
    this.writeLater();
  }

  /** Writes what was appended now, and not at the end of the turn. */
  write(): void {
    if (!this.failed) this.guarded(() => this.segments.write());
    this.writeScheduled = false;
    const waiting = this.awaitingWrite;
    this.awaitingWrite = [];
    for (const then of waiting) then(this.failed);
  }

  /** Calls back once everything that was appended so far survives the process. */
  written(then: Written): void {
    if (this.writeScheduled) this.awaitingWrite.push(then);
    else then(this.failed);
  }

  /** Resolves when everything appended so far is on disk. Calls in between share one fdatasync. */
  sync(): Promise<void> {
    return this.groups.sync();
  }

  noteSettled(): void {
    if (this.settledNoted === this.state.settledSequence) return;
    this.settledNoted = this.state.settledSequence;
    this.append(FrameType.Settled, this.settledPayload());
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.sync().catch(() => undefined);
    await this.segments.close();
  }

  private writeLater(): void {
    if (this.writeScheduled) return;
    this.writeScheduled = true;
    setImmediate(this.writeSoon);
  }

  private rotate(): void {
    this.segments.rotate(this.state.lastSequence);
    this.beginSegment();
  }

  private beginSegment(): void {
    this.segments.append(FrameType.Settled, this.settledPayload());
    this.settledNoted = this.state.settledSequence;
    this.carryOver.begin();
    if (!this.carrying) this.carryOn();
  }

  private carryOn(): void {
    this.carrying = false;
    if (this.stopped || this.failed) return;
    const state = this.carryOver.step();
    if (state === 'done') this.segments.carriedOver();
    this.writeLater();
    if (state !== 'more') return;
    this.carrying = true;
    setImmediate(() => this.guarded(() => this.carryOn()));
  }

  private settledPayload(): string {
    const { settledSequence: sequence, lastSequence } = this.state;
    return JSON.stringify({ sequence, lastSequence });
  }

  private async syncAppended(): Promise<void> {
    const sequence = this.state.lastSequence;
    this.write();
    if (this.failed) throw this.failed;
    try {
      await this.segments.sync();
    } catch (error) {
      // The kernel may have dropped the pages: another fsync would say that all is well.
      throw this.fail(error);
    }
    this.durable = Math.max(this.durable, sequence);
  }

  private guarded(useDisk: () => void): void {
    try {
      useDisk();
    } catch (error) {
      if (error instanceof SpoolFullError) throw error;
      this.fail(error);
    }
  }

  private fail(error: unknown): Error {
    this.failed ??= error instanceof Error ? error : new Error(String(error));
    this.tellFailure(this.failed);
    return this.failed;
  }
}
