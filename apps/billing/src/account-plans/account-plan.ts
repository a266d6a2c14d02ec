import type { AccountBook } from '../book/account-book.js';
import { BillingError } from '../book/billing-error.js';
import { changeCreditLine } from '../limits/limit.js';
import { compareSize, type PlanVersion } from '../plans/plan.js';

/** What a plan is paid for: a month of its subscription, or a UTC calendar month. */
export interface Period {
  startsAt: Date;
  endsAt: Date;
}

export function monthOf(time: Date): Period {
  const [year, month] = [time.getUTCFullYear(), time.getUTCMonth()];
  return {
    startsAt: new Date(Date.UTC(year, month, 1)),
    endsAt: new Date(Date.UTC(year, month + 1, 1)),
  };
}

/** The time of a period that is the nearest to this one. */
export function within({ startsAt, endsAt }: Period, time: Date): Date {
  if (time < startsAt) return startsAt;
  return time > endsAt ? endsAt : time;
}

/**
 * When a change of plan takes effect: at once where the new plan is larger, so that what is bought is had, and at the
 * period's end where it is smaller, so that what was paid for is kept. Operators' accounts, which have no plan, leave
 * and come at once. Undefined where nothing changes.
 */
export function effectOf(
  from: PlanVersion | undefined,
  to: PlanVersion | undefined,
): 'now' | 'at_period_end' | undefined {
  if (from === undefined || to === undefined) return from === to ? undefined : 'now';
  const size = compareSize(to, from);
  if (size === 0 && to.version === from.version) return undefined;
  return size < 0 ? 'at_period_end' : 'now';
}

/**
 * The credit (nano-USD) that a plan includes for the rest of a period, beyond what the plan before it has included:
 * what an account moves up to in mid-period is paid for in proportion. Rounded down.
 */
export function includedCredit(
  from: PlanVersion | undefined,
  to: PlanVersion,
  { startsAt, endsAt }: Period,
  now: Date,
): bigint {
  const more = to.includedCredit - (from?.includedCredit ?? 0n);
  if (more <= 0n) return 0n;
  const leftMs = BigInt(endsAt.getTime() - now.getTime());
  return (more * leftMs) / BigInt(endsAt.getTime() - startsAt.getTime());
}

/** On invoice the balance may go below zero as far as the credit line (nano-USD) reaches. */
export function payByInvoice(book: AccountBook, creditLine: bigint): void {
  book.account.billingMode = 'invoice';
  changeCreditLine(book, creditLine);
}

/** Refused while something is to be invoiced: nobody could be asked for it any more. */
export function payInAdvance(book: AccountBook): void {
  if (book.account.balance < 0n) {
    throw new BillingError(
      'failed_precondition',
      'the balance is below zero: it has to be paid before the account can be prepaid',
      'mode',
    );
  }
  changeCreditLine(book, 0n);
  book.account.billingMode = 'prepaid';
}
