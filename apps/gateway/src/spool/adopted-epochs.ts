import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { adopt, type Adoption } from './adoption.js';
import { spoolBounds } from './bounds.js';
import { type DirectoryLock, lockDirectory } from './directory-lock.js';
import type { PriceOf } from './facts.js';
import { HeldEpoch } from './held-epoch.js';
import { hasDamagedCopies } from './journal-recovery.js';
import type { JournalOptions } from './journal.js';
import type { Publish } from './publisher.js';

export interface AdoptedEpochsOptions {
  dir: string;
  publish: Publish;
  priceOf: PriceOf;
  resendAfterMs?: number;
  journal: JournalOptions;
  /** The epoch of this process, which is nobody's to adopt. */
  ownEpoch: string;
  adopted: (adoption: Adoption) => void;
  failed: (epoch: string, error: unknown) => void;
  /** Called before a directory goes. A rejection keeps it for another attempt. */
  ended: (epoch: string) => Promise<void>;
}

/** The directories of gateways that are gone: taken over, sent, and removed once nobody needs them. */
export class AdoptedEpochs {
  private readonly epochs = new Map<string, HeldEpoch>();
  /** Directories that are let go or removed. */
  private readonly goings = new Set<Promise<void>>();
  private readonly stopping = new AbortController();
  private lastScan = performance.now();
  private scanning: Promise<void> | null = null;

  constructor(private readonly options: AdoptedEpochsOptions) {}

  get held(): HeldEpoch[] {
    return [...this.epochs.values()];
  }

  tick(): void {
    for (const held of this.held) {
      held.tick();
      this.removeIfEnded(held);
    }
    if (performance.now() - this.lastScan >= spoolBounds.adoptEveryMs) void this.scan();
  }

  /** Takes over every directory that nobody holds. */
  scan(): Promise<void> {
    this.lastScan = performance.now();
    this.scanning ??= this.adoptAbandoned().finally(() => {
      this.scanning = null;
    });
    return this.scanning;
  }

  settledUpTo(epoch: string, sequence: number): void {
    const held = this.epochs.get(epoch);
    held?.settled(sequence);
    if (held) this.removeIfEnded(held);
  }

  /** Takes over nothing more. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.scanning;
  }

  /** Resolves when nothing is let go or removed any more. */
  async gone(): Promise<void> {
    await Promise.all(this.goings);
  }

  private async adoptAbandoned(): Promise<void> {
    const { dir: root, ownEpoch } = this.options;
    for (const entry of readdirSync(root, { withFileTypes: true })) {
      const epoch = entry.name;
      if (!entry.isDirectory() || epoch === ownEpoch || this.epochs.has(epoch)) continue;
      const dir = join(root, epoch);
      const lock = existsSync(dir) ? lockDirectory(dir) : null;
      if (!lock) continue;
      try {
        if (this.stopping.signal.aborted) return lock.release();
        await this.adopt(dir, epoch, lock);
      } catch (error) {
        lock.release();
        if (this.stopping.signal.aborted) return;
        // Another gateway may have finished and removed it between our look and our lock.
        if (existsSync(dir)) this.options.failed(epoch, error);
      }
    }
  }

  private async adopt(dir: string, epoch: string, lock: DirectoryLock): Promise<void> {
    const { options } = this;
    const { journal: journalOptions, priceOf } = options;
    const found = await adopt(
      dir,
      epoch,
      { journal: journalOptions, priceOf },
      this.stopping.signal,
    );
    const onEnd = (): Promise<void> =>
      hasDamagedCopies(dir) ? Promise.resolve() : options.ended(epoch);
    if (!found) return this.removeDone(dir, lock, onEnd);
    const { journal, adoption } = found;
    const held = new HeldEpoch(journal, lock, onEnd, options);
    this.epochs.set(epoch, held);
    void journal.failure.then((error) => {
      if (!this.mayLetGo(held)) return;
      options.failed(epoch, error);
      this.letGo(held, held.release());
    });
    options.adopted(adoption);
    held.publisher.start();
  }

  /** Nothing in it is needed: it goes once everybody has heard of its end. */
  private async removeDone(
    dir: string,
    lock: DirectoryLock,
    onEnd: () => Promise<void>,
  ): Promise<void> {
    const heard = await onEnd().then(
      () => true,
      () => false,
    );
    if (heard) await rm(dir, { recursive: true, force: true });
    lock.release();
  }

  private removeIfEnded(held: HeldEpoch): void {
    void held.hasEnded().then((ended) => {
      if (ended && this.mayLetGo(held)) this.letGo(held, held.remove());
    });
  }

  private mayLetGo({ journal }: HeldEpoch): boolean {
    return this.epochs.has(journal.epoch) && !this.stopping.signal.aborted;
  }

  private letGo({ journal }: HeldEpoch, going: Promise<void>): void {
    this.epochs.delete(journal.epoch);
    const gone = going
      .catch((error: unknown) => this.options.failed(journal.epoch, error))
      .finally(() => this.goings.delete(gone));
    this.goings.add(gone);
  }
}
