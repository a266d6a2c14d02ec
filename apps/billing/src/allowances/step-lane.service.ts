import type { Erasures } from '@modelbridge/erasure';
import { isolateFailures, type Database, type Tx } from '@modelbridge/service-kit/database';
import type { AccountBook } from '../book/account-book.js';
import type { AccountBooks } from '../book/account-books.service.js';
import type { BookRequest } from '../book/book-request.js';
import type { StepAnswer } from '../book/allowance.js';
import { BillingError } from '../book/billing-error.js';
import { allowanceBounds } from './bounds.js';

/** One step of one allowance, ready to be answered. */
export interface StepJob {
  /** The person of whom it may write the first row; it is refused where they are erased. */
  newTo?: string;
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
    private readonly erasures: Erasures,
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
      const erased = await this.erased(tx, batch);
      const jobs = batch.map(({ job }) => ({
        job,
        request: erased.has(job.newTo ?? '') ? undefined : job.request(now),
      }));
      const requests = jobs.flatMap(({ request }) => request ?? []);
      const books = await this.books.open(tx, requests);
      const answered = jobs.map(({ job, request }) =>
        request === undefined ? refusal() : attempt(job, books.get(request.accountId), now),
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

  /**
   * A gateway may not have heard of an erasure yet, and what it is granted would bring the person back here. In the
   * transaction: nobody is erased between this look and its end.
   */
  private async erased(tx: Tx, batch: readonly Queued[]): Promise<ReadonlyMap<string, unknown>> {
    const people = new Set(batch.flatMap(({ job }) => job.newTo ?? []));
    return people.size === 0 ? new Map() : this.erasures.standIns(tx, [...people]);
  }
}

function refusal(): Outcome {
  return { error: new BillingError('failed_precondition', 'this person is erased', 'user_id') };
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
