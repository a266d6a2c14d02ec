import { setTimeout as delay } from 'node:timers/promises';
import type { Books } from './books.repository.js';
import { spentTooMuch } from './compare.js';
import type { ProviderRecord } from './provider-record.js';
import type { Difference } from './records.js';

const lookEveryMs = 500;

/** Looks all the while whether anybody spends more than they have, and reads the sandbox' record as it grows. */
export class Watch {
  readonly differences: Difference[] = [];
  /** How often the counters were seen, and how often their database or the sandbox was away. */
  looks = 0;
  missed = 0;
  private readonly stopping = new AbortController();
  private readonly running: Promise<void>;

  constructor(books: Books, record: ProviderRecord, paidIn: () => ReadonlyMap<string, bigint>) {
    this.running = this.run(books, record, paidIn);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(
    books: Books,
    record: ProviderRecord,
    paidIn: () => ReadonlyMap<string, bigint>,
  ): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        await record.read();
        const counters = await books.counters();
        this.looks += 1;
        this.differences.push(...spentTooMuch({ counters, paidInNanoUsd: paidIn() }));
      } catch {
        this.missed += 1;
      }
      await delay(lookEveryMs, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
  }
}
