import { createHash } from 'node:crypto';
import { idFromUuid } from '@modelbridge/contracts';
import { Erasures } from '@modelbridge/erasure';
import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@modelbridge/service-kit/database';
import type { AccountBook } from '../book/account-book.js';
import { AccountBooks } from '../book/account-books.service.js';
import type { BookRequest } from '../book/book-request.js';
import type { Allowance, Closed, Granted, Refused, StepAnswer } from '../book/allowance.js';
import { BillingError } from '../book/billing-error.js';
import { Clock } from '../book/clock.js';
import { counterKeysOf, dayOf } from '../book/counter.js';
import { windowMs, windowStartOf, type RateUnused } from '../rates/rate.js';
import { BILLING_CONFIG, type BillingConfig } from '../config.js';
import { AllowancesRepository } from './allowances.repository.js';
import { close } from './ending.js';
import {
  grant,
  renew,
  type AllowanceTerms,
  type GrantRequest,
  type RenewRequest,
} from './granting.js';
import { allowanceBounds } from './bounds.js';
import { RecallService } from './recall.service.js';
import { StepLane, type StepJob } from './step-lane.service.js';
import { answerStep, type Step } from './steps.js';

export interface RenewStep extends RenewRequest {
  allowanceId: string;
  step: number;
  accountId: string;
}

export interface CloseStep {
  allowanceId: string;
  step: number;
  /** Undefined after a crash. */
  accountId: string | undefined;
  spent: bigint;
  unused: RateUnused[];
}

type Ask = (isFinal: (answer: StepAnswer) => boolean) => StepJob;

/** Grants, renews and closes allowances. */
@Injectable()
export class AllowancesService {
  private readonly lanes: StepLane[];
  private readonly terms: AllowanceTerms;

  constructor(
    database: Database,
    books: AccountBooks,
    private readonly repository: AllowancesRepository,
    private readonly recalls: RecallService,
    erasures: Erasures,
    clock: Clock,
    @Inject(BILLING_CONFIG) config: BillingConfig,
  ) {
    this.lanes = Array.from(
      { length: allowanceBounds.lanes },
      () => new StepLane(database, books, erasures, () => clock.now()),
    );
    this.terms = {
      lifetimeMs: config.ALLOWANCE_LIFETIME_MS,
      graceMs: config.ALLOWANCE_GRACE_MS,
      idleMs: allowanceBounds.idleMs,
      idleNearLimitMs: allowanceBounds.idleNearLimitMs,
      sharesOfFree: allowanceBounds.sharesOfFree,
    };
  }

  /** Sets money aside, waiting a while for what other gateways hold idle. */
  async grant(request: GrantRequest): Promise<Granted | Refused> {
    const step = stepOf(request);
    const answer = await this.answerWaiting(request.accountId, (isFinal) => ({
      newTo: idFromUuid('user', request.userId),
      request: (now) => ({
        accountId: request.accountId,
        counters: counterKeysOf(request, dayOf(now)),
        allowanceIds: [request.allowanceId],
        steps: [step],
        rate: {
          allowanceId: request.allowanceId,
          keyId: request.keyId,
          windowStarts: [windowStartOf(now, request.rate.nextWindow)],
          limited: request.rate.own !== undefined,
        },
      }),
      run: (book, now) =>
        answerStep(book, step, () => grant(book, request, now, this.terms), isFinal),
    }));
    return answer as Granted | Refused;
  }

  /** Adds to an allowance or gives a part of it back, waiting like `grant`. */
  async renew(request: RenewStep): Promise<Granted | Refused> {
    const step = stepOf(request);
    const answer = await this.answerWaiting(request.accountId, (isFinal) => ({
      request: (now) =>
        bookOf(
          request.accountId,
          step,
          [windowStartOf(now, request.rate.nextWindow)],
          request.rate.own !== undefined,
        ),
      run: (book, now) =>
        answerStep(
          book,
          step,
          () => renew(book, known(book, request.allowanceId), request, now, this.terms),
          isFinal,
        ),
    }));
    if (request.returned > 0n) this.recalls.moved(request.accountId);
    return answer as Granted | Refused;
  }

  /** Ends an allowance; the gateway has reported its exact total. */
  async close(request: CloseStep): Promise<Closed> {
    const accountId = request.accountId ?? (await this.repository.accountOf(request.allowanceId));
    const step = stepOf({ ...request, accountId: '' });
    if (accountId === undefined) return { type: 'closed', released: 0n };
    const answer = await this.lane(accountId).answer({
      request: () =>
        bookOf(
          accountId,
          step,
          request.unused.map(({ windowEnd }) => windowEnd - windowMs),
          // Only a limited key has a slice to give back.
          request.unused.length > 0,
        ),
      run: (book) =>
        answerStep(
          book,
          step,
          () => {
            const allowance = book.allowances.get(request.allowanceId);
            // The step is remembered, so that a grant which is still under way comes too late.
            return allowance === undefined
              ? { type: 'closed', released: 0n }
              : close(book, allowance, request.spent, request.unused);
          },
          () => true,
        ),
    });
    this.recalls.moved(accountId);
    return answer as Closed;
  }

  private async answerWaiting(accountId: string, ask: Ask): Promise<StepAnswer> {
    const giveUpAt = performance.now() + allowanceBounds.recallWaitMs;
    for (;;) {
      const left = giveUpAt - performance.now();
      const last = left <= 0;
      const answer = await this.lane(accountId).answer(ask((given) => last || !isInFlight(given)));
      if (last || !isInFlight(answer)) return answer;
      this.recalls.recall(accountId);
      await this.recalls.movement(accountId, Math.min(left, allowanceBounds.recallPollMs));
    }
  }

  private lane(accountId: string): StepLane {
    const lane = this.lanes[Number.parseInt(accountId.slice(-4), 16) % this.lanes.length];
    if (lane === undefined) throw new Error('no such lane');
    return lane;
  }
}

function isInFlight(answer: StepAnswer): boolean {
  return answer.type === 'refused' && answer.reason === 'in_flight';
}

function bookOf(
  accountId: string,
  step: Step,
  windowStarts: number[],
  limited: boolean,
): BookRequest {
  const { allowanceId } = step;
  return {
    accountId,
    allowanceIds: [allowanceId],
    steps: [step],
    rate: { allowanceId, windowStarts, limited },
  };
}

function known(book: AccountBook, allowanceId: string): Allowance {
  const allowance = book.allowances.get(allowanceId);
  if (allowance === undefined)
    throw new BillingError('not_found', 'there is no such allowance', 'allowance_id');
  return allowance;
}

function stepOf(request: GrantRequest | RenewStep | CloseStep): Step {
  const body = JSON.stringify(request, (_name, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  return {
    allowanceId: request.allowanceId,
    step: request.step,
    requestHash: createHash('sha256').update(body).digest('hex'),
  };
}
