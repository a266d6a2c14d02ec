import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CarryOver } from './carry-over.js';
import { type BatchBounds, type ClosedRecord, ClosedRecords } from './closed-records.js';
import { syncPath } from './durable-files.js';
import { SpoolFullError } from './errors.js';
import {
  type CloseFacts,
  closeAfterCrash,
  type OpenFacts,
  type PriceOf,
  type Progress,
  requestRecord,
} from './facts.js';
import { FrameType } from './frame.js';
import { GroupSync } from './group-sync.js';
import { closePayload, emptyState, type JournalState, openPayload } from './journal-state.js';
import { readJournal } from './journal-recovery.js';
import { spoolLimits } from './bounds.js';
import { SegmentChain } from './segment-chain.js';

export interface JournalOptions {
  segmentBytes: number;
  maxBytes: number;
  reservedBytesPerOpenRequest: number;
}

export type { ClosedRecord };

/** The error is that of the disk: nothing more is kept then. */
export type Written = (error: Error | null) => void;

/**
 * The append-only record of one gateway epoch. What is appended in one turn of the event loop is
 * written together, and survives the process once `written` calls back; after `sync` it survives the
 * machine.
 */
export class Journal {
  private failed: Error | null = null;
  private readonly groups = new GroupSync(() => this.syncAppended());
  private settledNoted = 0;
  private durable: number;
  private writeScheduled = false;
  private readonly writeSoon = (): void => this.write();
  private awaitingWrite: Written[] = [];
  private readonly closedRecords: ClosedRecords;
  private readonly carryOver: CarryOver;
  private carrying = false;
  private stopped = false;

  private constructor(
    readonly dir: string,
    readonly epoch: string,
    private readonly options: JournalOptions,
    private readonly state: JournalState,
    private readonly segments: SegmentChain,
  ) {
    this.durable = state.lastSequence;
    this.closedRecords = new ClosedRecords(segments, state);
    this.carryOver = new CarryOver(state, (type, payload) => {
      if (!segments.fits(payload)) return false;
      segments.append(type, payload);
      return true;
    });
    this.beginSegment();
  }

  static async create(root: string, epoch: string, options: JournalOptions): Promise<Journal> {
    const dir = join(root, epoch);
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await syncPath(root);
    const segments = await SegmentChain.open(dir, options, [], 0);
    await segments.prepareSpare();
    return new Journal(dir, epoch, options, emptyState(), segments);
  }

  /** Reads what a dead gateway left. `damaged` counts segments with more than a torn last write. */
  static async recover(
    dir: string,
    epoch: string,
    options: JournalOptions,
    signal?: AbortSignal,
  ): Promise<{ journal: Journal; damaged: number }> {
    const { state, segments: found, damaged } = await readJournal(dir, signal);
    const segments = await SegmentChain.open(dir, options, found, state.lastSequence);
    const journal = new Journal(dir, epoch, options, state, segments);
    try {
      await journal.sync();
      return { journal, damaged };
    } catch (error) {
      await journal.stop();
      throw error;
    }
  }

  get lastSequence(): number {
    return this.state.lastSequence;
  }

  /** The last sequence whose close is on disk for good. */
  get durableSequence(): number {
    return this.durable;
  }

  get settledSequence(): number {
    return this.state.settledSequence;
  }

  get openCount(): number {
    return this.state.open.size;
  }

  get bytes(): number {
    return this.segments.bytes;
  }

  /** What each allowance that billing has not closed yet was charged in this epoch. */
  get allowances(): ReadonlyMap<string, bigint> {
    return this.state.allowances;
  }

  allowanceGranted(allowanceId: string): void {
    if (this.state.allowances.has(allowanceId)) return;
    this.append(FrameType.Allowance, JSON.stringify({ allowanceId, spentNanoUsd: '0' }));
    this.write();
    this.state.allowances.set(allowanceId, 0n);
  }

  allowanceClosed(allowanceId: string): void {
    if (!this.state.allowances.delete(allowanceId)) return;
    this.append(FrameType.AllowanceClosed, JSON.stringify({ allowanceId }));
  }

  /** Throws SpoolFullError when the close of every open request could not be kept for certain. */
  begin(facts: OpenFacts): void {
    if (this.failed) throw new SpoolFullError(this.failed.message);
    if (this.segments.room < this.reserveFor(this.state.open.size + 1)) {
      void this.segments.prepareSpare();
      throw new SpoolFullError('no room for another open request');
    }
    if (this.state.open.has(facts.requestId)) throw new Error('the request is open already');
    this.append(FrameType.Open, openPayload(facts));
    this.state.open.set(facts.requestId, { facts, progress: undefined });
  }

  /** Written at once: what was delivered before it must not outlive it. */
  progress(requestId: string, progress: Progress): void {
    const entry = this.state.open.get(requestId);
    if (!entry) return;
    const first = entry.progress === undefined;
    entry.progress = progress;
    // Later progress only sharpens an estimate; it never takes the room of a close.
    if (!first && this.segments.room < this.reserveFor(this.state.open.size)) return;
    this.append(FrameType.Progress, JSON.stringify({ requestId, ...progress }));
    this.write();
  }

  /** Gives the request its sequence. Null when it is closed already. */
  close(requestId: string, facts: CloseFacts): ClosedRecord | null {
    const entry = this.state.open.get(requestId);
    if (!entry) return null;
    const sequence = this.state.lastSequence + 1;
    const record = JSON.stringify(requestRecord(entry.facts, facts, sequence));
    this.append(FrameType.Close, closePayload(sequence, record));
    this.state.lastSequence = sequence;
    this.state.open.delete(requestId);
    const { allowanceId } = entry.facts;
    const spent = allowanceId === null ? undefined : this.state.allowances.get(allowanceId);
    if (allowanceId !== null && spent !== undefined) {
      this.state.allowances.set(allowanceId, spent + facts.costNanoUsd);
    }
    this.segments.reaches(sequence);
    return { sequence, record: Buffer.from(record) };
  }

  /** Calls back once everything that was appended so far survives the process. */
  written(then: Written): void {
    if (this.writeScheduled) this.awaitingWrite.push(then);
    else then(this.failed);
  }

  /** Closes everything that a dead gateway left open; the number of it. */
  async closeAbandoned(now: number, priceOf: PriceOf): Promise<number> {
    const abandoned = [...this.state.open.values()];
    for (const [index, { facts, progress }] of abandoned.entries()) {
      if (index % spoolLimits.entriesPerTurn === 0) await nextTurn();
      this.close(facts.requestId, closeAfterCrash(facts, progress, now, priceOf));
    }
    return abandoned.length;
  }

  /** Resolves when everything appended so far is on disk. Calls in between share one fdatasync. */
  sync(): Promise<void> {
    return this.groups.sync();
  }

  /** The ledger has everything up to here: segments that hold nothing newer are removed. */
  settled(sequence: number): void {
    if (sequence <= this.state.settledSequence) return;
    this.state.settledSequence = Math.min(sequence, this.state.lastSequence);
    this.segments.trim(this.state.settledSequence);
  }

  /** Notes the watermark in the journal, so that a restart does not send again what is settled. */
  noteSettled(): void {
    if (this.settledNoted === this.state.settledSequence) return;
    if (this.segments.room < this.reserveFor(this.state.open.size)) return;
    this.settledNoted = this.state.settledSequence;
    this.append(FrameType.Settled, this.settledPayload());
  }

  /** Closed records from a sequence on, oldest first, read back from disk: of those that are on it for good. */
  readClosed(from: number, bounds: BatchBounds): Promise<ClosedRecord[]> {
    return this.closedRecords.read(from, this.durable, bounds);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.sync().catch(() => undefined);
    await this.segments.close();
  }

  /** Removes the directory: only when nothing in it is needed any more. */
  async remove(): Promise<void> {
    await this.segments.removeAll();
    await rm(this.dir, { recursive: true, force: true });
  }

  /** One share more than there are requests: a frame that does not fit wastes the end of a segment. */
  private reserveFor(openRequests: number): number {
    return (openRequests + 1) * this.options.reservedBytesPerOpenRequest;
  }

  private append(type: FrameType, payload: string): void {
    if (!this.segments.fits(payload)) this.rotate();
    if (!this.segments.fits(payload)) throw new SpoolFullError('no segment to append to');
    this.segments.append(type, payload);
    this.writeLater();
  }

  private writeLater(): void {
    if (this.writeScheduled) return;
    this.writeScheduled = true;
    setImmediate(this.writeSoon);
  }

  private write(): void {
    try {
      this.segments.write();
    } catch (error) {
      this.failed = error instanceof Error ? error : new Error('write failed');
    }
    this.writeScheduled = false;
    const waiting = this.awaitingWrite;
    this.awaitingWrite = [];
    for (const then of waiting) then(this.failed);
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
    const state = this.carryOver.step();
    this.writeLater();
    if (state === 'done') this.segments.carriedOver();
    this.carrying = state === 'more' && !this.stopped;
    if (this.carrying) setImmediate(() => this.carryOn());
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
      // After a failed fsync the kernel may have dropped the pages: nothing more is promised here.
      this.failed = error instanceof Error ? error : new Error('fdatasync failed');
      throw this.failed;
    }
    this.durable = Math.max(this.durable, sequence);
  }
}
