import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
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
import { decodeFrames, FrameType } from './frame.js';
import { GroupSync } from './group-sync.js';
import {
  closePayload,
  emptyState,
  type JournalState,
  openPayload,
  splitClose,
} from './journal-state.js';
import { readJournal } from './journal-recovery.js';
import { Segment } from './segment.js';
import { SegmentChain } from './segment-chain.js';

export interface JournalOptions {
  segmentBytes: number;
  maxBytes: number;
  reservedBytesPerOpenRequest: number;
}

export interface ClosedRecord {
  sequence: number;
  /** The request record as JSON. */
  record: Buffer;
}

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

  private constructor(
    readonly dir: string,
    readonly epoch: string,
    private readonly options: JournalOptions,
    private readonly state: JournalState,
    private readonly segments: SegmentChain,
  ) {
    this.durable = state.lastSequence;
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
  ): Promise<{ journal: Journal; damaged: number }> {
    const { state, segments: found, damaged } = await readJournal(dir);
    const segments = await SegmentChain.open(dir, options, found, state.lastSequence);
    const journal = new Journal(dir, epoch, options, state, segments);
    journal.carryOver();
    await journal.sync();
    return { journal, damaged };
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

  /** Closes everything that a dead gateway left open. */
  closeAbandoned(now: number, priceOf: PriceOf): number {
    const abandoned = [...this.state.open.values()];
    for (const { facts, progress } of abandoned) {
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

  /** Closed records from a sequence on, oldest first, read back from disk. */
  readClosed(from: number, maxRecords: number, maxBytes: number): ClosedRecord[] {
    const found: ClosedRecord[] = [];
    let bytes = 0;
    for (const path of this.segments.pathsFrom(from)) {
      for (const { type, payload } of decodeFrames(Segment.read(path)).frames) {
        if (type !== FrameType.Close) continue;
        const closed = splitClose(payload);
        if (closed.sequence < from || closed.sequence > this.durable) continue;
        bytes += closed.record.length;
        if (found.length > 0 && (found.length >= maxRecords || bytes > maxBytes)) return found;
        found.push({ sequence: closed.sequence, record: Buffer.from(closed.record) });
      }
    }
    return found;
  }

  async stop(): Promise<void> {
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
    this.carryOver();
  }

  /** Restates what is still open, so that one long stream does not pin the segments before it. */
  private carryOver(): void {
    const put = (type: FrameType, payload: string): void => this.segments.append(type, payload);
    put(FrameType.Settled, this.settledPayload());
    for (const [allowanceId, spent] of this.state.allowances) {
      put(FrameType.Allowance, JSON.stringify({ allowanceId, spentNanoUsd: spent.toString() }));
    }
    for (const [requestId, { facts, progress }] of this.state.open) {
      put(FrameType.Open, openPayload(facts));
      if (progress) put(FrameType.Progress, JSON.stringify({ requestId, ...progress }));
    }
    this.settledNoted = this.state.settledSequence;
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
