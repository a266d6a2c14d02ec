import { isolateFailures, type Database } from '@modelbridge/service-kit/database';
import type { AccountBook } from '../book/account-book.js';
import type { AccountBooks } from '../book/account-books.service.js';
import type { BookRequest } from '../book/book-request.js';
import type { StepAnswer } from '../book/allowance.js';
import { BillingError } from '../book/billing-error.js';
import { allowanceBounds } from './bounds.js';

/** One step of one allowance, ready to be answered. */
export interface StepJob {
  /** What it needs; asked for right before the transaction, because the day may have changed. */
  request(now: Date): BookRequest;
  /** Applies the rules. Throws BillingError without having changed anything. */
  run(book: AccountBook, now: Date): StepAnswer;
}

interface Queued {
  job: StepJob;
  resolve: (answer: StepAnswer) => void;
  reject: (error: unknown) => void;
}

type Outcome = { answer: StepAnswer } | { error: unknown };

/**
 * Answers steps in the order in which they came, all that wait in one transaction: a hot account's row
 * is locked once for many grants instead of once for each. A step that fails fails no other.
 */
export class StepLane {
  private queue: Queued[] = [];
  private draining = false;

  constructor(
    private readonly database: Database,
    private readonly books: AccountBooks,
    private readonly now: () => Date,
  ) {}

  answer(job: StepJob): Promise<StepAnswer> {
    if (this.queue.length >= allowanceBounds.maxQueuedSteps / allowanceBounds.lanes) {
      throw new BillingError('resource_exhausted', 'too many steps are waiting', '');
    }
    return new Promise((resolve, reject) => {
      this.queue.push({ job, resolve, reject });
      if (!this.draining) void this.drain();
    });
  }

  /** Never rejects: every failure goes to the one who asked. */
  private async drain(): Promise<void> {
    this.draining = true;
    while (this.queue.length > 0) {
      const batch = this.queue.splice(0, allowanceBounds.batchSteps);
      try {
        const failures = await isolateFailures(batch, (part) => this.settle(part));
        for (const { items, error } of failures) for (const { reject } of items) reject(error);
      } catch (error) {
        // The database is unavailable. Those that it had answered before keep their answer.
        for (const { reject } of batch) reject(error);
      }
    }
    this.draining = false;
  }

  private async settle(batch: readonly Queued[]): Promise<void> {
    const outcomes = await this.database.transaction(async (tx) => {
      const now = this.now();
      const requests = batch.map(({ job }) => job.request(now));
      const books = await this.books.open(tx, requests);
      const answered = batch.map(({ job }, index) =>
        attempt(job, books.get(requests[index]?.accountId ?? ''), now),
      );
      await this.books.save(tx, books.values());
      return answered;
    });
    batch.forEach(({ resolve, reject }, index) => {
      const outcome = outcomes[index] as Outcome;
      if ('answer' in outcome) resolve(outcome.answer);
      else reject(outcome.error);
    });
  }
}

function attempt(job: StepJob, book: AccountBook | undefined, now: Date): Outcome {
  if (book === undefined) {
    return { error: new BillingError('not_found', 'there is no such account', 'account_id') };
  }
  try {
    return { answer: job.run(book, now) };
  } catch (error) {
    // Anything else is a fault in the rules: nothing of this transaction may stand.
    if (error instanceof BillingError) return { error };
    throw error;
  }
}
