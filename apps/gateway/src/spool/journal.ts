import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type BatchBounds, type ClosedRecord, ClosedRecords } from './closed-records.js';
import { syncPath } from './durable-files.js';
import { SpoolFullError } from './errors.js';
import { type CloseFacts, type OpenFacts, type Progress, requestRecord } from './facts.js';
import { FrameType } from './frame.js';
import { readJournal } from './journal-recovery.js';
import {
  closePayload,
  emptyState,
  isDone,
  type JournalState,
  openPayload,
  type OpenRecord,
} from './journal-state.js';
import { JournalWriter, type Written } from './journal-writer.js';
import { SegmentChain } from './segment-chain.js';

export interface JournalOptions {
  segmentBytes: number;
  maxBytes: number;
  reservedBytesPerOpenRequest: number;
}

/**
 * The append-only record of one gateway epoch. What is appended in one turn of the event loop is
 * written together, and survives the process once `written` calls back; after `sync` it survives the
 * machine.
 */
export class Journal {
  private readonly writer: JournalWriter;
  private readonly closedRecords: ClosedRecords;

  private constructor(
    readonly dir: string,
    readonly epoch: string,
    private readonly options: JournalOptions,
    private readonly state: JournalState,
    private readonly segments: SegmentChain,
  ) {
    this.writer = new JournalWriter(segments, state);
    this.closedRecords = new ClosedRecords(segments, state);
  }

  static async create(root: string, epoch: string, options: JournalOptions): Promise<Journal> {
    const dir = join(root, epoch);
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await syncPath(root);
    const segments = await SegmentChain.open(dir, options, [], 0);
    await segments.prepareSpares();
    return new Journal(dir, epoch, options, emptyState(), segments);
  }

  /**
   * Reads what a dead gateway left. `damaged` counts segments with more than a torn last write. Null where
   * nothing in it is needed any more: nothing is reserved on the disk then.
   */
  static async recover(
    dir: string,
    epoch: string,
    options: JournalOptions,
    signal?: AbortSignal,
  ): Promise<{ journal: Journal; damaged: number } | null> {
    const { state, segments: found, damaged } = await readJournal(dir, signal);
    if (damaged === 0 && isDone(state)) return null;
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

  /** Resolves with the error of the disk once nothing more is kept. */
  get failure(): Promise<Error> {
    return this.writer.failure;
  }

  get error(): Error | null {
    return this.writer.error;
  }

  get lastSequence(): number {
    return this.state.lastSequence;
  }

  /** The last sequence whose close is on disk for good. */
  get durableSequence(): number {
    return this.writer.durableSequence;
  }

  get settledSequence(): number {
    return this.state.settledSequence;
  }

  /** How long ago the oldest record was closed that is not settled; 0 where all are. */
  get oldestUnsettledMs(): number {
    return this.state.ages.oldestMs(performance.now());
  }

  get openRecords(): OpenRecord[] {
    return [...this.state.open.values()];
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
    this.assertKeeps();
    if (this.state.allowances.has(allowanceId)) return;
    this.writer.append(FrameType.Allowance, JSON.stringify({ allowanceId, spentNanoUsd: '0' }));
    this.writer.write();
    this.state.allowances.set(allowanceId, 0n);
  }

  allowanceClosed(allowanceId: string): void {
    if (!this.state.allowances.delete(allowanceId)) return;
    // Not noted it is closed twice, which does no harm: it takes the room of no close.
    if (!this.hasRoomBeside(this.state.open.size)) return;
    this.writer.append(FrameType.AllowanceClosed, JSON.stringify({ allowanceId }));
  }

  /** Throws SpoolFullError while another open request would leave no room for the close of each. */
  assertRoom(): void {
    if (this.hasRoomBeside(this.state.open.size + 1)) return;
    void this.segments.prepareSpares();
    throw new SpoolFullError('no room for another open request');
  }

  /** Throws SpoolFullError when the close of every open request could not be kept for certain. */
  begin(facts: OpenFacts): void {
    this.assertKeeps();
    this.segments.keepRoomFor(this.reserveOf(this.state.open.size + 1));
    this.assertRoom();
    if (this.state.open.has(facts.requestId)) throw new Error('the request is open already');
    this.writer.append(FrameType.Open, openPayload(facts));
    this.state.open.set(facts.requestId, { facts, progress: undefined });
  }

  /** Written at once: what was delivered before it must not outlive it. */
  progress(requestId: string, progress: Progress): void {
    const entry = this.state.open.get(requestId);
    if (!entry) return;
    const first = entry.progress === undefined;
    entry.progress = progress;
    // Later progress only sharpens an estimate; it never takes the room of a close.
    if (!first && !this.hasRoomBeside(this.state.open.size)) return;
    this.writer.append(FrameType.Progress, JSON.stringify({ requestId, ...progress }));
    this.writer.write();
  }

  /** Gives the request its sequence. Null when it is closed already. */
  close(requestId: string, facts: CloseFacts): ClosedRecord | null {
    const entry = this.state.open.get(requestId);
    if (!entry) return null;
    const sequence = this.state.lastSequence + 1;
    const record = JSON.stringify(requestRecord(entry.facts, facts, sequence));
    this.writer.append(FrameType.Close, closePayload(sequence, record));
    this.state.lastSequence = sequence;
    this.state.ages.closed(sequence, performance.now());
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
    this.writer.written(then);
  }

  /** Resolves when everything appended so far is on disk. Calls in between share one fdatasync. */
  sync(): Promise<void> {
    return this.writer.sync();
  }

  /** The ledger has everything up to here: segments that hold nothing newer are removed. */
  settled(sequence: number): void {
    if (sequence <= this.state.settledSequence) return;
    this.state.settledSequence = Math.min(sequence, this.state.lastSequence);
    this.state.ages.settled(this.state.settledSequence, this.state.lastSequence);
    this.segments.trim(this.state.settledSequence);
  }

  /** Notes the watermark in the journal, so that a restart does not send again what is settled. */
  noteSettled(): void {
    if (this.hasRoomBeside(this.state.open.size)) this.writer.noteSettled();
  }

  /** Closed records from a sequence on, oldest first, read back from disk: of those that are on it for good. */
  readClosed(from: number, bounds: BatchBounds): Promise<ClosedRecord[]> {
    return this.closedRecords.read(from, this.durableSequence, bounds);
  }

  stop(): Promise<void> {
    return this.writer.stop();
  }

  /** Removes the directory: only when nothing in it is needed any more. */
  async remove(): Promise<void> {
    await this.segments.removeAll();
    await rm(this.dir, { recursive: true, force: true });
  }

  private assertKeeps(): void {
    if (this.error) throw new SpoolFullError(this.error.message);
  }

  private hasRoomBeside(openRequests: number): boolean {
    return this.segments.room >= this.reserveOf(openRequests);
  }

  /** One share more than there are requests: a frame that does not fit wastes the end of a segment. */
  private reserveOf(openRequests: number): number {
    return (openRequests + 1) * this.options.reservedBytesPerOpenRequest;
  }
}
