import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { RecallService } from '../allowances/recall.service.js';
import { AuditService } from '../audit/audit.service.js';
import type { AccountBook, BillingMode } from '../book/account-book.js';
import { AccountBooks } from '../book/account-books.service.js';
import { BillingError } from '../book/billing-error.js';
import { Clock } from '../book/clock.js';
import { GrantsService } from '../grants/grants.service.js';
import { Notices } from '../notices/notices.service.js';
import { hasPeriods, type PlanVersion } from '../plans/plan.js';
import { PlanVersions } from '../plans/plan-versions.service.js';
import {
  effectOf,
  includedCredit,
  monthOf,
  payByInvoice,
  payInAdvance,
  type Period,
} from './account-plan.js';
import { planChange } from './plan-change.js';
import { AccountPlansRepository, type StoredAccountPlan } from './account-plans.repository.js';

export interface AccountPlan {
  plan: PlanVersion | undefined;
  /** Undefined for free and without a plan. */
  period: Period | undefined;
  nextPlan: PlanVersion | undefined;
  billingMode: BillingMode;
  /** Nano-USD. */
  creditLine: bigint;
}

/** The plan that an account has, and how it pays. */
@Injectable()
export class AccountPlansService {
  constructor(
    private readonly database: Database,
    private readonly books: AccountBooks,
    private readonly repository: AccountPlansRepository,
    private readonly plans: PlanVersions,
    private readonly grants: GrantsService,
    private readonly recalls: RecallService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    private readonly notices: Notices,
  ) {}

  inForce(): Promise<PlanVersion[]> {
    return this.plans.inForce(this.clock.now());
  }

  /** The version of a plan that a new account gets; undefined for none (`''`). */
  named(planName: string): Promise<PlanVersion | undefined> {
    return this.plans.named(planName, this.clock.now());
  }

  async find(accountId: string): Promise<AccountPlan> {
    return this.described(await this.repository.find(accountId));
  }

  /** Moves an account to a plan: at once where it is larger, else when its period ends. */
  set(accountId: string, planName: string): Promise<AccountPlan> {
    return this.change(accountId, async (tx, book) => {
      if (await this.repository.isSubscribed(tx, accountId)) throw isSubscribed();
      const now = this.clock.now();
      const target = await this.named(planName);
      const from = book.account.plan;
      const effect = effectOf(from, target);
      if (effect === 'now') await this.begin(tx, book, target, monthOf(now), now, from);
      else if (hasPeriods(from)) {
        await this.repository.savePeriod(tx, accountId, monthOf(now), effect && target);
      }
      await this.audit.record(tx, {
        act: 'plan.changed',
        accountId,
        details: { ...described(from, target), effect: effect ?? 'none' },
      });
      const effectiveAt = effect === 'now' ? now : monthOf(now).endsAt;
      if (effect) await this.notices.add(tx, planChange(accountId, from, target, effectiveAt));
    });
  }

  /** The first period of a new account. */
  async open(tx: Tx, book: AccountBook): Promise<void> {
    const now = this.clock.now();
    await this.begin(tx, book, book.account.plan, monthOf(now), now);
  }

  /** Begins the next period of an account whose period has ended; false where it has not. */
  renew(accountId: string): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const book = (await this.books.open(tx, [{ accountId }])).get(accountId);
      const stored = await this.repository.find(accountId, tx);
      const now = this.clock.now();
      if (book === undefined || stored?.endsAt === undefined || stored.endsAt > now) return false;
      const next = await this.next(stored);
      const from = book.account.plan;
      const period = monthOf(now);
      await this.begin(tx, book, next ?? from, period, period.startsAt);
      if (next !== undefined) {
        const details = { ...described(from, next), effect: 'now' };
        await this.audit.record(tx, { act: 'plan.changed', accountId, details });
        await this.notices.add(tx, planChange(accountId, from, next, now));
      }
      await this.books.save(tx, [book]);
      return true;
    });
  }

  setBillingMode(accountId: string, mode: BillingMode, creditLine: bigint): Promise<AccountPlan> {
    return this.change(accountId, async (tx, book) => {
      if (mode === 'invoice') payByInvoice(book, creditLine);
      else payInAdvance(book);
      await this.audit.record(tx, {
        act: 'billing_mode.changed',
        accountId,
        details: { mode, credit_line_nano_usd: book.account.creditLine.toString() },
      });
    });
  }

  private async change(
    accountId: string,
    apply: (tx: Tx, book: AccountBook) => Promise<void>,
  ): Promise<AccountPlan> {
    const { lowered, stored } = await this.database.transaction(async (tx) => {
      const book = (await this.books.open(tx, [{ accountId }])).get(accountId);
      if (book === undefined) throw unknownAccount();
      await apply(tx, book);
      await this.books.save(tx, [book]);
      return { lowered: book.total.lowered, stored: await this.repository.find(accountId, tx) };
    });
    if (lowered) this.recalls.recall(accountId);
    this.recalls.moved(accountId);
    return this.described(stored);
  }

  /**
   * Begins a period of a plan with the credit that it includes from `now` on. `before`: the plan of the same period that
   * this one replaces.
   */
  async begin(
    tx: Tx,
    book: AccountBook,
    plan: PlanVersion | undefined,
    period: Period,
    now: Date,
    before?: PlanVersion,
  ): Promise<void> {
    const { account } = book;
    account.plan = plan;
    if (!hasPeriods(plan)) return this.repository.removePeriod(tx, account.id);
    await this.repository.savePeriod(tx, account.id, period);
    // A subscription may tell of a period that is over.
    if (period.endsAt <= this.clock.now()) return;
    const amount = includedCredit(before, plan, period, now);
    // A plan is included once in a period, however often the account comes back to it.
    const idempotencyKey = `plan:${account.id}:${period.startsAt.toISOString()}:${plan.name}`;
    if (amount === 0n || (await this.grants.isGranted(tx, idempotencyKey))) return;
    const { id: accountId } = account;
    const grant = { accountId, source: 'plan', amount, expiresAt: period.endsAt } as const;
    await this.grants.add(tx, book, { ...grant, idempotencyKey });
  }

  private next({ nextPlan, nextPlanVersion }: StoredAccountPlan) {
    if (typeof nextPlan !== 'string') return Promise.resolve(undefined);
    return this.plans.of({ plan: nextPlan, planVersion: nextPlanVersion ?? null });
  }

  private async described(stored: StoredAccountPlan | undefined): Promise<AccountPlan> {
    if (stored === undefined) throw unknownAccount();
    const { startsAt, endsAt, billingMode, creditLine } = stored;
    return {
      plan: await this.plans.of(stored),
      period: startsAt && endsAt ? { startsAt, endsAt } : undefined,
      nextPlan: await this.next(stored),
      billingMode,
      creditLine,
    };
  }
}

function described(from: PlanVersion | undefined, to: PlanVersion | undefined) {
  return { from: nameOfVersion(from), to: nameOfVersion(to) };
}

export function nameOfVersion(plan: PlanVersion | undefined): string {
  return plan === undefined ? 'none' : `${plan.name}/${plan.version}`;
}

function unknownAccount(): BillingError {
  return new BillingError('not_found', 'there is no such account', 'account_id');
}

function isSubscribed(): BillingError {
  return new BillingError(
    'failed_precondition',
    'the account has a subscription at Stripe, and its plan follows that',
    'account_id',
  );
}
