import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { adopt, type Adoption } from './adoption.js';
import { type DirectoryLock, lockDirectory } from './directory-lock.js';
import type { CloseFacts, OpenFacts, PriceOf, Progress } from './facts.js';
import { HeldEpoch } from './held-epoch.js';
import type { Written } from './journal-writer.js';
import { Journal, type JournalOptions } from './journal.js';
import { spoolBounds } from './bounds.js';
import type { Publish } from './publisher.js';

export type { Adoption } from './adoption.js';
export { SpoolFullError } from './errors.js';
export type { CloseFacts, OpenFacts, PriceOf, Progress } from './facts.js';
export type { Written } from './journal-writer.js';
export type { Publish, UsageBatch } from './publisher.js';

export interface SpoolOptions {
  /** Shared by the gateways of one machine; each epoch has a directory of its own in it. */
  dir: string;
  publish: Publish;
  priceOf: PriceOf;
  segmentBytes?: number;
  maxBytes?: number;
  resendAfterMs?: number;
}

/** One running request in the spool. */
export interface SpoolEntry {
  /** OPEN is on disk for good. No byte of the reply leaves before; rejects when the disk failed. */
  readonly durable: Promise<void>;
  /**
   * Calls back, in this turn of the event loop or at its end, once everything noted so far survives this
   * process: no upstream is called and no last byte leaves before. The error is that of the disk.
   */
  written(then: Written): void;
  /** Before the first byte leaves, and as often as wanted after: written at most once a second. */
  progress(progress: Progress): void;
  /** Before the caller's last byte leaves; see `written`. Published once it is on disk; a second call does nothing. */
  close(facts: CloseFacts): void;
}

type AdoptedHandler = (adoption: Adoption) => void;
type AdoptionFailedHandler = (epoch: string, error: unknown) => void;
type EpochEndHandler = (epoch: string, own: boolean) => Promise<void>;

/** The gateway's journal of unsettled usage, on its own disk. */
export class Spool {
  private readonly own: HeldEpoch;
  private readonly adopted = new Map<string, HeldEpoch>();
  private readonly adoptedHandlers: AdoptedHandler[] = [];
  private readonly adoptionFailedHandlers: AdoptionFailedHandler[] = [];
  private readonly epochEndHandlers: EpochEndHandler[] = [];
  /** Directories that are let go or removed. */
  private readonly goings = new Set<Promise<void>>();
  private ticking: NodeJS.Timeout | undefined;
  private lastScan = performance.now();
  private scanning: Promise<void> | null = null;
  private readonly stopping = new AbortController();

  private constructor(
    private readonly options: SpoolOptions,
    private readonly journalOptions: JournalOptions,
    journal: Journal,
    lock: DirectoryLock,
  ) {
    this.own = new HeldEpoch(journal, lock, () => this.endEpoch(journal.epoch, true), options);
  }

  /** Opens a new epoch. Nothing is adopted, and nothing that is lost is sent again, until `start`. */
  static async open(options: SpoolOptions): Promise<Spool> {
    mkdirSync(options.dir, { recursive: true, mode: 0o700 });
    const maxBytes = options.maxBytes ?? spoolBounds.maxBytes;
    const journalOptions: JournalOptions = {
      segmentBytes:
        options.segmentBytes ??
        Math.min(spoolBounds.segmentBytes, Math.floor(maxBytes / spoolBounds.leastSegments)),
      maxBytes,
      reservedBytesPerOpenRequest: spoolBounds.reservedBytesPerOpenRequest,
    };
    const epoch = randomUUID();
    const dir = join(options.dir, epoch);
    mkdirSync(dir, { mode: 0o700 });
    const lock = lockDirectory(dir);
    if (!lock) throw new Error('a new spool directory is locked by another process');
    const journal = await Journal.create(options.dir, epoch, journalOptions);
    return new Spool(options, journalOptions, journal, lock);
  }

  /** Called once for each adopted directory, with its requests closed. */
  onAdopted(handler: AdoptedHandler): void {
    this.register(this.adoptedHandlers, handler);
  }

  /** A directory could not be adopted or kept, say on a full disk: it is tried again at the next scan. */
  onAdoptionFailed(handler: AdoptionFailedHandler): void {
    this.register(this.adoptionFailedHandlers, handler);
  }

  /**
   * Called when every record of an epoch is settled, before its directory is removed; not where damage
   * has lost records. A rejection keeps the directory for another attempt, here or by its next holder.
   */
  onEpochEnd(handler: EpochEndHandler): void {
    this.register(this.epochEndHandlers, handler);
  }

  /** Takes over every directory that no living gateway holds, now and from time to time. */
  start(): Promise<void> {
    this.ticking = setInterval(() => this.tick(), 1000);
    return this.scan();
  }

  get epoch(): string {
    return this.own.journal.epoch;
  }

  /** Resolves with the error of the disk once no request can be journalled any more. */
  get failure(): Promise<Error> {
    return this.own.journal.failure;
  }

  /** Throws that error. */
  assertKeeps(): void {
    const { error } = this.own.journal;
    if (error) throw error;
  }

  /** Figures for metrics: requests open, records not settled, bytes on disk. */
  get figures(): { open: number; unsettled: number; bytes: number } {
    const journals = this.held.map(({ journal }) => journal);
    return {
      open: this.own.journal.openCount,
      unsettled: sum(journals, (journal) => journal.lastSequence - journal.settledSequence),
      bytes: sum(journals, (journal) => journal.bytes),
    };
  }

  /** Notes OPEN. Throws SpoolFullError: answer 503 and call no upstream. */
  begin(facts: OpenFacts): SpoolEntry {
    const { journal, publisher } = this.own;
    journal.begin(facts);
    const durable = journal.sync();
    durable.catch(() => undefined);
    let lastProgress = -Infinity;
    return {
      durable,
      written: (then) => journal.written(then),
      progress: (progress) => {
        const now = performance.now();
        if (now - lastProgress < spoolBounds.progressIntervalMs) return;
        lastProgress = now;
        journal.progress(facts.requestId, progress);
      },
      close: (close) => {
        const closed = journal.close(facts.requestId, close);
        if (closed) publisher.add(closed);
      },
    };
  }

  /** Notes that billing granted an allowance to this epoch: after a crash it is closed exactly. */
  allowanceGranted(allowanceId: string): void {
    this.own.journal.allowanceGranted(allowanceId);
  }

  allowanceClosed(allowanceId: string): void {
    this.own.journal.allowanceClosed(allowanceId);
  }

  /** From `usage-ledger.watermark.advanced.v1`: forgets what the ledger has committed. */
  settledUpTo(epoch: string, sequence: number): void {
    if (epoch === this.epoch) return this.own.settled(sequence);
    const held = this.adopted.get(epoch);
    held?.settled(sequence);
    if (held) this.removeIfEnded(held);
  }

  /** Publishes everything that is not settled again: to be called when NATS may have lost its store. */
  publishAgain(): void {
    for (const { publisher } of this.held) publisher.goBack();
  }

  /** Waits up to `settleMs` for the ledger to have everything, then lets go. What is left is adopted later. */
  async close(settleMs = 2000): Promise<void> {
    this.stopping.abort();
    await this.scanning;
    await this.own.journal.sync().catch(() => undefined);
    const deadline = performance.now() + settleMs;
    while (this.figures.unsettled > 0 && performance.now() < deadline) {
      await sleep(20);
    }
    clearInterval(this.ticking);
    for (const held of this.held) {
      const ended = await within(settleMs, held.hasEnded());
      await (ended ? held.remove() : held.release()).catch(() => undefined);
    }
    await Promise.all(this.goings);
  }

  private get held(): HeldEpoch[] {
    return [this.own, ...this.adopted.values()];
  }

  private register<T>(handlers: T[], handler: T): void {
    if (this.ticking) throw new Error('the spool has started: some may have been missed');
    handlers.push(handler);
  }

  private async endEpoch(epoch: string, own: boolean): Promise<void> {
    await Promise.all(this.epochEndHandlers.map((handle) => handle(epoch, own)));
  }

  private tick(): void {
    for (const held of this.held) held.tick();
    for (const held of this.adopted.values()) this.removeIfEnded(held);
    if (performance.now() - this.lastScan >= spoolBounds.adoptEveryMs) void this.scan();
  }

  private scan(): Promise<void> {
    this.lastScan = performance.now();
    this.scanning ??= this.adoptAbandoned().finally(() => {
      this.scanning = null;
    });
    return this.scanning;
  }

  private async adoptAbandoned(): Promise<void> {
    for (const entry of readdirSync(this.options.dir, { withFileTypes: true })) {
      const epoch = entry.name;
      if (!entry.isDirectory() || epoch === this.epoch || this.adopted.has(epoch)) continue;
      const dir = join(this.options.dir, epoch);
      const lock = existsSync(dir) ? lockDirectory(dir) : null;
      if (!lock) continue;
      try {
        if (this.stopping.signal.aborted) return lock.release();
        await this.adopt(dir, epoch, lock);
      } catch (error) {
        lock.release();
        if (this.stopping.signal.aborted) return;
        // Another gateway may have finished and removed it between our look and our lock.
        if (existsSync(dir)) this.adoptionFailed(epoch, error);
      }
    }
  }

  private async adopt(dir: string, epoch: string, lock: DirectoryLock): Promise<void> {
    const { options, journalOptions, stopping } = this;
    const { priceOf } = options;
    const found = await adopt(dir, epoch, { journal: journalOptions, priceOf }, stopping.signal);
    if (!found) {
      await rm(dir, { recursive: true, force: true });
      return lock.release();
    }
    const { journal, adoption, intact } = found;
    const onEnd = (): Promise<void> => (intact ? this.endEpoch(epoch, false) : Promise.resolve());
    const held = new HeldEpoch(journal, lock, onEnd, options);
    this.adopted.set(epoch, held);
    void journal.failure.then((error) => {
      if (!this.mayLetGo(held)) return;
      this.adoptionFailed(epoch, error);
      this.letGo(held, held.release());
    });
    for (const handle of this.adoptedHandlers) handle(adoption);
    held.publisher.start();
  }

  private adoptionFailed(epoch: string, error: unknown): void {
    for (const handle of this.adoptionFailedHandlers) handle(epoch, error);
  }

  private removeIfEnded(held: HeldEpoch): void {
    void held.hasEnded().then((ended) => {
      if (ended && this.mayLetGo(held)) this.letGo(held, held.remove());
    });
  }

  private mayLetGo({ journal }: HeldEpoch): boolean {
    return this.adopted.has(journal.epoch) && !this.stopping.signal.aborted;
  }

  private letGo({ journal }: HeldEpoch, going: Promise<void>): void {
    this.adopted.delete(journal.epoch);
    const gone = going
      .catch((error: unknown) => this.adoptionFailed(journal.epoch, error))
      .finally(() => this.goings.delete(gone));
    this.goings.add(gone);
  }
}

function within(ms: number, answer: Promise<boolean>): Promise<boolean> {
  return Promise.race([answer, sleep(ms, false, { ref: false })]);
}

function sum<T>(items: T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
