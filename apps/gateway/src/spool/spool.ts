import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { AdoptedEpochs } from './adopted-epochs.js';
import type { Adoption } from './adoption.js';
import { describeRoom, newDirectory, reclaimLeftovers } from './directories.js';
import type { DirectoryLock } from './directory-lock.js';
import { SpoolFullError } from './errors.js';
import type { CloseFacts, OpenFacts, PriceOf, Progress } from './facts.js';
import { HeldEpoch } from './held-epoch.js';
import type { Written } from './journal-writer.js';
import { Journal, type JournalOptions } from './journal.js';
import { isDiskFull, withRoom } from './room.js';
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
  /** While a record of this process waits longer to be settled, no request is taken. */
  unsettledMaxAgeMs?: number;
}

/** Records of one epoch that are closed and not settled. */
export interface Unsettled {
  epoch: string;
  oldestSequence: number;
  lastSequence: number;
  oldestAgeMs: number;
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
  private readonly unsettledMaxAgeMs: number;
  private readonly adopted: AdoptedEpochs;
  private readonly adoptedHandlers: AdoptedHandler[] = [];
  private readonly adoptionFailedHandlers: AdoptionFailedHandler[] = [];
  private readonly epochEndHandlers: EpochEndHandler[] = [];
  private ticking: NodeJS.Timeout | undefined;

  private constructor(
    options: SpoolOptions,
    private readonly journalOptions: JournalOptions,
    journal: Journal,
    lock: DirectoryLock,
  ) {
    this.unsettledMaxAgeMs = options.unsettledMaxAgeMs ?? spoolBounds.unsettledMaxAgeMs;
    this.own = new HeldEpoch(journal, lock, () => this.endEpoch(journal.epoch, true), options);
    this.adopted = new AdoptedEpochs({
      ...options,
      journal: journalOptions,
      ownEpoch: journal.epoch,
      adopted: (adoption) => {
        for (const handle of this.adoptedHandlers) handle(adoption);
      },
      failed: (epoch, error) => {
        for (const handle of this.adoptionFailedHandlers) handle(epoch, error);
      },
      ended: (epoch) => this.endEpoch(epoch, false),
    });
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
    await reclaimLeftovers(options.dir);
    let lock: DirectoryLock | undefined;
    try {
      const directory = await newDirectory(options.dir);
      lock = directory.lock;
      const journal = await withRoom(journalOptions, (fitting) =>
        Journal.create(options.dir, directory.epoch, fitting),
      );
      return new Spool(options, journalOptions, journal, directory.lock);
    } catch (error) {
      lock?.release();
      if (!isDiskFull(error)) throw error;
      const room = await describeRoom(options.dir, 2 * spoolBounds.leastSegmentBytes);
      throw new Error(room, { cause: error });
    }
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
    return this.adopted.scan();
  }

  get epoch(): string {
    return this.own.journal.epoch;
  }

  /** Resolves with the error of the disk once no request can be journalled any more. */
  get failure(): Promise<Error> {
    return this.own.journal.failure;
  }

  /** What the ledger does not have yet, by epoch. */
  get unsettled(): Unsettled[] {
    return this.held
      .filter(({ journal }) => journal.settledSequence < journal.lastSequence)
      .map(({ journal }) => ({
        epoch: journal.epoch,
        oldestSequence: journal.settledSequence + 1,
        lastSequence: journal.lastSequence,
        oldestAgeMs: Math.floor(journal.oldestUnsettledMs),
      }));
  }

  /** Throws SpoolFullError while what is closed waits too long to be settled: it may not be charged in time. */
  assertSettles(): void {
    if (this.own.journal.oldestUnsettledMs > this.unsettledMaxAgeMs)
      throw new SpoolFullError('usage waits too long to be recorded');
  }

  /** Throws the error of the disk, and SpoolFullError while there is no room for another request. */
  assertTakes(): void {
    const { journal } = this.own;
    if (journal.error) throw journal.error;
    journal.assertRoom();
  }

  /** For so many open requests there is room, with as much again for what the ledger has not confirmed. */
  get mostOpen(): number {
    const { maxBytes, reservedBytesPerOpenRequest } = this.journalOptions;
    return Math.floor(maxBytes / 2 / reservedBytesPerOpenRequest);
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
    this.assertSettles();
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
    this.adopted.settledUpTo(epoch, sequence);
  }

  /** Publishes everything that is not settled again: to be called when NATS may have lost its store. */
  publishAgain(): void {
    for (const { publisher } of this.held) publisher.goBack();
  }

  /** Waits up to `settleMs` for the ledger to have everything, then lets go. What is left is adopted later. */
  async close(settleMs = 2000): Promise<void> {
    await this.adopted.stop();
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
    await this.adopted.gone();
  }

  private get held(): HeldEpoch[] {
    return [this.own, ...this.adopted.held];
  }

  private register<T>(handlers: T[], handler: T): void {
    if (this.ticking) throw new Error('the spool has started: some may have been missed');
    handlers.push(handler);
  }

  private async endEpoch(epoch: string, own: boolean): Promise<void> {
    await Promise.all(this.epochEndHandlers.map((handle) => handle(epoch, own)));
  }

  private tick(): void {
    this.own.tick();
    this.adopted.tick();
  }
}

function within(ms: number, answer: Promise<boolean>): Promise<boolean> {
  return Promise.race([answer, sleep(ms, false, { ref: false })]);
}

function sum<T>(items: T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
