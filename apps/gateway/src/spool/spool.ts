import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DirectoryLock, lockDirectory } from './directory-lock.js';
import type { CloseFacts, OpenFacts, PriceOf, Progress } from './facts.js';
import { hasDamagedCopies } from './journal-recovery.js';
import { Journal, type JournalOptions, type Written } from './journal.js';
import { spoolLimits } from './bounds.js';
import { type Publish, Publisher } from './publisher.js';

export { SpoolFullError } from './errors.js';
export type { CloseFacts, OpenFacts, PriceOf, Progress } from './facts.js';
export type { Written } from './journal.js';
export type { Publish, UsageBatch } from './publisher.js';

/** What was found in the directory of a gateway that is gone. */
export interface Adoption {
  epoch: string;
  /** Requests that it left open; they are closed now. */
  abandoned: number;
  /** Segments with damage other than a torn last write: needs a person. */
  damagedSegments: number;
  /** Exact totals of the allowances that it had not closed with billing. */
  allowances: ReadonlyMap<string, bigint>;
  /** To be called for each of them once billing has answered its close. */
  allowanceClosed(allowanceId: string): void;
}

export interface SpoolOptions {
  /** Shared by the gateways of one machine; each epoch has a directory of its own in it. */
  dir: string;
  publish: Publish;
  priceOf: PriceOf;
  /** Called once for each adopted directory, with its requests closed. */
  onAdopted: (adoption: Adoption) => void;
  /** A directory could not be adopted, say on a full disk: it is tried again at the next scan. */
  onAdoptionFailed: (epoch: string, error: unknown) => void;
  /**
   * Called when every record of an epoch is settled, before its directory is removed; not where damage
   * has lost records. A rejection keeps the directory for another attempt, here or by its next holder.
   */
  onEpochEnd: (epoch: string, own: boolean) => Promise<void>;
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

interface Held {
  journal: Journal;
  publisher: Publisher;
  lock: DirectoryLock;
  /** Nothing in it was damaged. */
  intact: boolean;
  /** `onEpochEnd` is under way. */
  ending?: Promise<boolean>;
}

/** The gateway's journal of unsettled usage, on its own disk. */
export class Spool {
  private readonly adopted = new Map<string, Held>();
  private readonly removals = new Set<Promise<void>>();
  private readonly ticking: NodeJS.Timeout;
  private lastScan = performance.now();
  private scanning: Promise<void> | null = null;
  private readonly stopping = new AbortController();

  private constructor(
    private readonly options: SpoolOptions,
    private readonly journalOptions: JournalOptions,
    private readonly own: Held,
  ) {
    this.ticking = setInterval(() => this.tick(), 1000);
  }

  /** Opens a new epoch, and takes over every directory that no living gateway holds. */
  static async open(options: SpoolOptions): Promise<Spool> {
    mkdirSync(options.dir, { recursive: true, mode: 0o700 });
    const maxBytes = options.maxBytes ?? spoolLimits.maxBytes;
    const journalOptions: JournalOptions = {
      segmentBytes:
        options.segmentBytes ??
        Math.min(spoolLimits.segmentBytes, Math.floor(maxBytes / spoolLimits.leastSegments)),
      maxBytes,
      reservedBytesPerOpenRequest: spoolLimits.reservedBytesPerOpenRequest,
    };
    const epoch = randomUUID();
    const dir = join(options.dir, epoch);
    mkdirSync(dir, { mode: 0o700 });
    const lock = lockDirectory(dir);
    if (!lock) throw new Error('a new spool directory is locked by another process');
    const journal = await Journal.create(options.dir, epoch, journalOptions);
    const publisher = new Publisher(journal, options.publish, options.resendAfterMs);
    const spool = new Spool(options, journalOptions, { journal, publisher, lock, intact: true });
    await spool.adoptAbandoned();
    return spool;
  }

  get epoch(): string {
    return this.own.journal.epoch;
  }

  /** Figures for metrics: requests open, records not settled, bytes on disk. */
  get figures(): { open: number; unsettled: number; bytes: number } {
    const journals = [this.own, ...this.adopted.values()].map(({ journal }) => journal);
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
        if (now - lastProgress < spoolLimits.progressIntervalMs) return;
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
    const held = epoch === this.epoch ? this.own : this.adopted.get(epoch);
    if (!held) return;
    held.publisher.settled(sequence);
    held.journal.settled(sequence);
    if (held !== this.own) this.removeIfDone(held);
  }

  /** Publishes everything that is not settled again: to be called when NATS may have lost its store. */
  publishAgain(): void {
    for (const { publisher } of [this.own, ...this.adopted.values()]) publisher.goBack();
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
    for (const held of [this.own, ...this.adopted.values()]) {
      await held.publisher.stop();
      held.journal.noteSettled();
      await held.journal.stop();
      if (isDone(held.journal) && (await within(settleMs, this.hasEnded(held)))) {
        await held.journal.remove();
      }
      held.lock.release();
    }
    await Promise.all(this.removals);
  }

  private tick(): void {
    for (const { journal, publisher } of [this.own, ...this.adopted.values()]) {
      publisher.tick();
      journal.noteSettled();
    }
    for (const held of this.adopted.values()) this.removeIfDone(held);
    if (
      performance.now() - this.lastScan < spoolLimits.adoptEveryMs ||
      this.stopping.signal.aborted
    )
      return;
    this.lastScan = performance.now();
    this.scanning ??= this.adoptAbandoned().finally(() => {
      this.scanning = null;
    });
  }

  private async adoptAbandoned(): Promise<void> {
    for (const entry of readdirSync(this.options.dir, { withFileTypes: true })) {
      const epoch = entry.name;
      if (!entry.isDirectory() || epoch === this.epoch || this.adopted.has(epoch)) continue;
      const dir = join(this.options.dir, epoch);
      const lock = existsSync(dir) ? lockDirectory(dir) : null;
      if (!lock) continue;
      try {
        await this.adopt(dir, epoch, lock);
      } catch (error) {
        lock.release();
        // Another gateway may have finished and removed it between our look and our lock.
        if (this.stopping.signal.aborted) return;
        if (existsSync(dir)) this.options.onAdoptionFailed(epoch, error);
      }
    }
  }

  private async adopt(dir: string, epoch: string, lock: DirectoryLock): Promise<void> {
    if (!readdirSync(dir).some((name) => name.endsWith('.segment'))) {
      await rm(dir, { recursive: true, force: true });
      lock.release();
      return;
    }
    const { signal } = this.stopping;
    const { journal, damaged } = await Journal.recover(dir, epoch, this.journalOptions, signal);
    const abandoned = await this.closeAbandoned(journal);
    const publisher = new Publisher(journal, this.options.publish, this.options.resendAfterMs);
    const intact = !hasDamagedCopies(dir);
    this.adopted.set(epoch, { journal, publisher, lock, intact });
    this.options.onAdopted({
      epoch,
      abandoned,
      damagedSegments: damaged,
      allowances: new Map(journal.allowances),
      allowanceClosed: (allowanceId) => journal.allowanceClosed(allowanceId),
    });
    publisher.start();
  }

  private async closeAbandoned(journal: Journal): Promise<number> {
    try {
      const abandoned = await journal.closeAbandoned(Date.now(), this.options.priceOf);
      await journal.sync();
      return abandoned;
    } catch (error) {
      await journal.stop();
      throw error;
    }
  }

  /** Whether nobody needs the epoch's directory any more. */
  private hasEnded(held: Held): Promise<boolean> {
    if (!held.intact) return Promise.resolve(true);
    held.ending ??= this.options
      .onEpochEnd(held.journal.epoch, held === this.own)
      .then(
        () => true,
        () => false,
      )
      .finally(() => {
        held.ending = undefined;
      });
    return held.ending;
  }

  private removeIfDone(held: Held): void {
    if (!isDone(held.journal) || held.ending !== undefined) return;
    void this.hasEnded(held).then((ended) => {
      if (ended && !this.stopping.signal.aborted) this.remove(held);
    });
  }

  private remove({ journal, publisher, lock }: Held): void {
    if (!this.adopted.delete(journal.epoch)) return;
    const removal = publisher
      .stop()
      .then(() => journal.remove())
      .then(() => lock.release())
      .finally(() => this.removals.delete(removal));
    this.removals.add(removal);
  }
}

function within(ms: number, answer: Promise<boolean>): Promise<boolean> {
  return Promise.race([answer, sleep(ms, false, { ref: false })]);
}

function isDone(journal: Journal): boolean {
  const settled = journal.settledSequence >= journal.lastSequence;
  return settled && journal.openCount === 0 && journal.allowances.size === 0;
}

function sum<T>(items: T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
