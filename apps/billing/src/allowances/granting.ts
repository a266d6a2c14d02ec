import { isFrozen, type AccountBook } from '../book/account-book.js';
import { BillingError } from '../book/billing-error.js';
import { heldBy, type Allowance, type Granted, type Refused } from '../book/allowance.js';
import {
  dayOf,
  endOfDay,
  freeIn,
  hold,
  release,
  tightest,
  unusedIn,
  type Counter,
  type Spender,
} from '../book/counter.js';
import { least, most } from '../book/amount.js';
import type { RateAnswer } from '../book/rate-state.js';
import { shareOf, type RateDemand } from '../rates/rate.js';

/** How long allowances live and how they are sized. */
export interface AllowanceTerms {
  lifetimeMs: number;
  /** The total time limit of a request, and the time that its charge may take to arrive. */
  graceMs: number;
  idleMs: number;
  idleNearLimitMs: number;
  /** No allowance takes more than one such share of what is free, but a request's worst case. */
  sharesOfFree: bigint;
}

export interface Demand {
  /** What recent spend suggests. */
  wanted: bigint;
  /** The waiting request's worst case; 0 when none waits. */
  request: bigint;
  /** The least that is of any use, less is a refusal; 0 when no request waits. */
  minimum: bigint;
}

/** For a key under a plan; without one it is not looked at. */
export interface Rated {
  rate: RateDemand;
}

export interface GrantRequest extends Spender, Demand, Rated {
  allowanceId: string;
  step: number;
  gatewayEpoch: string;
}

export interface RenewRequest extends Demand, Rated {
  /** What the waiting request needs in all, counting what the allowance has free. */
  needed: bigint;
  /** What goes back, unspent and unreserved; nothing is added or prolonged then. */
  returned: bigint;
}

/** Opens an allowance, or says which limit is in the way and changes nothing. */
export function grant(
  book: AccountBook,
  request: GrantRequest,
  now: Date,
  terms: AllowanceTerms,
): Granted | Refused {
  if (book.allowances.has(request.allowanceId)) {
    throw new BillingError(
      'failed_precondition',
      'the allowance was granted before',
      'allowance_id',
    );
  }
  const grantedDay = dayOf(now);
  const counters = book.countersOf(request, grantedDay);
  const share = shareOf(book, { ...request, slots: 0 }, request.rate, now);
  if (share !== undefined && 'refused' in share) return rateLimited(share.refused);
  const sized = sizeOf(book, counters, { ...request, needed: request.minimum }, 0n, terms);
  if ('refused' in sized) return sized.refused;
  hold(counters, sized.amount);
  const allowance: Allowance = {
    id: request.allowanceId,
    accountId: request.accountId,
    userId: request.userId,
    keyId: request.keyId,
    gatewayEpoch: request.gatewayEpoch,
    grantedDay,
    state: 'open',
    amount: sized.amount,
    settled: 0n,
    released: 0n,
    writtenOff: 0n,
    beyond: 0n,
    slots: 0,
    ...expiry(now, terms),
  };
  book.allowances.set(allowance.id, allowance);
  share?.take(allowance);
  return granted(allowance, now, idleMsOf(sized.near, terms), share?.answer);
}

/**
 * Adds to an open allowance and prolongs it, or, expired or not, takes a part of it back. A refusal
 * changes nothing.
 */
export function renew(
  book: AccountBook,
  allowance: Allowance,
  request: RenewRequest,
  now: Date,
  terms: AllowanceTerms,
): Granted | Refused {
  const isReturn = request.returned > 0n;
  if (allowance.state !== 'open' || (now >= allowance.expiresAt && !isReturn)) {
    throw new BillingError(
      'failed_precondition',
      'the allowance is closed or expired',
      'allowance_id',
    );
  }
  const counters = book.countersOf(allowance, allowance.grantedDay);
  const holder = { keyId: allowance.keyId, allowanceId: allowance.id, slots: allowance.slots };
  const share = shareOf(book, holder, request.rate, now);
  if (share !== undefined && 'refused' in share) return rateLimited(share.refused);
  if (isReturn) {
    const returned = least(request.returned, heldBy(allowance));
    release(counters, returned);
    allowance.released += returned;
    share?.take(allowance);
    return granted(allowance, now, terms.idleMs, share?.answer);
  }
  const sized = sizeOf(book, counters, request, allowance.amount - allowance.released, terms);
  if ('refused' in sized) return sized.refused;
  hold(counters, sized.amount);
  allowance.amount += sized.amount;
  Object.assign(allowance, expiry(now, terms, allowance));
  share?.take(allowance);
  return granted(allowance, now, idleMsOf(sized.near, terms), share?.answer);
}

function granted(
  allowance: Allowance,
  now: Date,
  idleMs: number,
  rate: RateAnswer | undefined,
): Granted {
  return {
    type: 'granted',
    amount: allowance.amount - allowance.released,
    lifetimeMs: Math.max(0, allowance.expiresAt.getTime() - now.getTime()),
    idleMs,
    rate,
  };
}

function idleMsOf(near: boolean, terms: AllowanceTerms): number {
  return near ? terms.idleNearLimitMs : terms.idleMs;
}

/** Wanted while much is free, a request's worst case near a limit, so that the last cent stays spendable. */
function sizeOf(
  book: AccountBook,
  counters: readonly Counter[],
  demand: Demand & { needed: bigint },
  granted: bigint,
  terms: AllowanceTerms,
): { amount: bigint; near: boolean } | { refused: Refused } {
  if (isFrozen(book.account)) return refuse('account_frozen');
  const free = tightest(counters, freeIn);
  if (demand.minimum > 0n && free.left < demand.minimum) {
    const unused = tightest(counters, unusedIn);
    if (unused.left < demand.needed) return refuse('insufficient_quota', unused.counter);
    return refuse('in_flight', free.counter);
  }
  const spendable = most(0n, free.left);
  const share = spendable / terms.sharesOfFree;
  const sized = most(demand.request, most(demand.minimum, least(demand.wanted, share)));
  return { amount: least(spendable, sized), near: share < most(demand.wanted, granted) };
}

function refuse(reason: Refused['reason'], limit?: Counter): { refused: Refused } {
  return { refused: { type: 'refused', reason, limit: limit && { ...limit }, rate: undefined } };
}

function rateLimited(rate: RateAnswer): Refused {
  return { type: 'refused', reason: 'rate_limited', limit: undefined, rate };
}

/**
 * An allowance never outlives the day of its grant, so that its charges post in one period. A renewal
 * never shortens it, though the clock may have been set back.
 */
function expiry(
  now: Date,
  terms: AllowanceTerms,
  running?: Allowance,
): Pick<Allowance, 'expiresAt' | 'graceUntil'> {
  const prolonged = Math.min(now.getTime() + terms.lifetimeMs, endOfDay(now).getTime());
  const expiresAt = new Date(Math.max(prolonged, running?.expiresAt.getTime() ?? 0));
  return { expiresAt, graceUntil: new Date(expiresAt.getTime() + terms.graceMs) };
}
