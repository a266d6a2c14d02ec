import type { AccountBook } from '../book/account-book.js';
import type { Allowance } from '../book/allowance.js';
import { least, most } from '../book/amount.js';
import type { RateAmounts, RateAnswer } from '../book/rate-state.js';
import type { RateLimits } from '../plans/plan.js';
import { limitsOf } from './limits-of.js';

export interface RateDemand {
  /** The key's own limits; undefined for none. */
  own?: RateLimits;
  /** Beyond the slice; less is a refusal. */
  needed: RateAmounts;
  /** Beyond the slice, as recent use suggests. */
  wanted: RateAmounts;
  /** Concurrent requests in all: what runs and what waits; less is a refusal. */
  neededSlots: number;
  wantedSlots: number;
  nextWindow: boolean;
}

/** What an allowance did not use of a window that ends at `windowEnd` (milliseconds since the Unix epoch). */
export interface RateUnused extends RateAmounts {
  windowEnd: number;
}

/** Asks for nothing. */
export const noRateDemand: RateDemand = {
  needed: { requests: 0n, tokens: 0n },
  wanted: { requests: 0n, tokens: 0n },
  neededSlots: 0,
  wantedSlots: 0,
  nextWindow: false,
};

export interface RateShare {
  answer: RateAnswer;
  /** Writes the share into the book; to be called once everything else is granted too. */
  take(allowance: Allowance): void;
}

export const windowMs = 60_000;
/** No allowance takes more than one such share of what is left of a window, but what waits for it. */
const sharesOfRest = 8n;
/** Stands for no limit: far above what one minute can take, and within int8. */
const unlimited = 10n ** 15n;
const unlimitedSlots = 2 ** 30;

/** The start of the window that a demand is for, in milliseconds since the Unix epoch. */
export function windowStartOf(now: Date, nextWindow: boolean): number {
  const current = now.getTime() - (now.getTime() % windowMs);
  return nextWindow ? current + windowMs : current;
}

/**
 * An allowance's share of its key's rate limits: undefined where there are none, and `refused` where too
 * little is left for what waits.
 */
export function shareOf(
  book: AccountBook,
  holder: { keyId: string; allowanceId: string; slots: number },
  demand: RateDemand,
  now: Date,
): RateShare | { refused: RateAnswer } | undefined {
  const limits = limitsOf(book.account.plan?.limits, demand.own);
  if (limits === undefined) return undefined;
  const { requestsPerMinute, tokensPerMinute, concurrentRequests } = limits;
  const windowStart = windowStartOf(now, demand.nextWindow);
  const window = book.rates.window(holder.keyId, windowStart);
  const slice = book.rates.slice(holder.allowanceId, windowStart);
  const left = {
    requests: most(0n, (requestsPerMinute || unlimited) - window.requests),
    tokens: most(0n, (tokensPerMinute || unlimited) - window.tokens),
  };
  const leftSlots =
    (concurrentRequests || unlimitedSlots) - book.rates.slotsOf(holder.keyId) + holder.slots;
  // A request that could be larger than the whole limit takes all of it: else it could never run.
  const needed = {
    ...demand.needed,
    tokens: least(demand.needed.tokens, tokensPerMinute || unlimited),
  };
  const isShort =
    needed.requests > left.requests ||
    needed.tokens > left.tokens ||
    demand.neededSlots > leftSlots;
  const added = isShort
    ? { requests: 0n, tokens: 0n }
    : {
        requests: sized(needed.requests, demand.wanted.requests, left.requests),
        tokens: sized(needed.tokens, demand.wanted.tokens, left.tokens),
      };
  const slots = isShort
    ? holder.slots
    : Number(sized(BigInt(demand.neededSlots), BigInt(demand.wantedSlots), BigInt(leftSlots)));
  const answer: RateAnswer = {
    requests: slice.requests + added.requests,
    tokens: slice.tokens + added.tokens,
    slots,
    ...stated(limits),
    unallocatedRequests: left.requests - added.requests,
    unallocatedTokens: left.tokens - added.tokens,
    windowEnd: windowStart + windowMs,
    startsInMs: Math.max(0, windowStart - now.getTime()),
    endsInMs: windowStart + windowMs - now.getTime(),
  };
  if (isShort) return { refused: answer };
  return {
    answer,
    take: (allowance) => {
      for (const taken of [window, slice]) {
        taken.requests += added.requests;
        taken.tokens += added.tokens;
      }
      setSlots(book, allowance, slots);
    },
  };
}

/** Gives the slots of an allowance that ends back to its key, and what it did not use of its windows. */
export function giveBackRate(
  book: AccountBook,
  allowance: Allowance,
  unused: readonly RateUnused[],
): void {
  if (book.account.plan === undefined && allowance.slots === 0 && unused.length === 0) return;
  setSlots(book, allowance, 0);
  for (const { windowEnd, requests, tokens } of unused) {
    const window = book.rates.window(allowance.keyId, windowEnd - windowMs);
    const slice = book.rates.slice(allowance.id, windowEnd - windowMs);
    // Never more than it had: a gateway that reports wrongly must not widen the limit.
    const back = { requests: least(requests, slice.requests), tokens: least(tokens, slice.tokens) };
    for (const shrunk of [window, slice]) {
      shrunk.requests -= back.requests;
      shrunk.tokens -= back.tokens;
    }
  }
}

function setSlots(book: AccountBook, allowance: Allowance, slots: number): void {
  book.rates.setSlots(
    allowance.keyId,
    book.rates.slotsOf(allowance.keyId) + slots - allowance.slots,
  );
  allowance.slots = slots;
}

function sized(needed: bigint, wanted: bigint, left: bigint): bigint {
  return most(needed, least(wanted, left / sharesOfRest));
}

function stated(
  limits: RateLimits,
): Pick<RateAnswer, 'limitRequests' | 'limitTokens' | 'limitSlots'> {
  return {
    limitRequests: limits.requestsPerMinute,
    limitTokens: limits.tokensPerMinute,
    limitSlots: limits.concurrentRequests,
  };
}
