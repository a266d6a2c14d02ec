import type { RateDemand as RateDemandMessage, RateSlice } from '@modelbridge/contracts/billing.v1';
import { z } from 'zod';
import type { RateAnswer } from '../book/rate-state.js';
import type { RateLimits } from '../plans/plan.js';
import { noRateDemand, windowMs, type RateDemand, type RateUnused } from './rate.js';

/** Far above every plan; keeps sums within int8. */
const count = z
  .bigint()
  .min(0n)
  .max(10n ** 12n, 'is too large');
const slots = z.int().min(0).max(1_000_000);

const demandSchema = z.object({
  requests: count,
  tokens: count,
  concurrentRequests: slots,
  wantedRequests: count,
  wantedTokens: count,
  wantedConcurrentRequests: slots,
  nextWindow: z.boolean(),
});

const own = (most: number) => z.int().min(0).max(most);

/** The key's own limits; undefined where none is set. */
export const ownRatesField = z
  .object({
    requestsPerMinute: own(1_000_000_000),
    tokensPerMinute: own(1_000_000_000),
    concurrentRequests: own(1_000_000),
  })
  .optional()
  .transform((limits): RateLimits | undefined => {
    if (limits === undefined || Object.values(limits).every((limit) => limit === 0))
      return undefined;
    const { requestsPerMinute, tokensPerMinute, concurrentRequests } = limits;
    return {
      requestsPerMinute: BigInt(requestsPerMinute),
      tokensPerMinute: BigInt(tokensPerMinute),
      concurrentRequests,
    };
  });

/** A request's demand; none where it is absent. */
export const rateField = demandSchema.optional().transform((demand): RateDemand => {
  if (demand === undefined) return noRateDemand;
  const { requests, tokens, concurrentRequests, nextWindow } = demand satisfies RateDemandMessage;
  return {
    needed: { requests, tokens },
    wanted: { requests: demand.wantedRequests, tokens: demand.wantedTokens },
    neededSlots: concurrentRequests,
    wantedSlots: demand.wantedConcurrentRequests,
    nextWindow,
  };
});

/** This window and the next one. */
export const unusedField = z
  .array(z.object({ windowEndsAt: z.date(), requests: count, tokens: count }))
  .max(2)
  .transform((unused): RateUnused[] =>
    unused
      .map(({ windowEndsAt, ...amounts }) => ({ windowEnd: windowEndsAt.getTime(), ...amounts }))
      .filter(({ windowEnd }) => windowEnd % windowMs === 0),
  );

export function toRateSlice(answer: RateAnswer): RateSlice {
  return {
    requests: answer.requests,
    tokens: answer.tokens,
    concurrentRequests: answer.slots,
    limitRequests: answer.limitRequests,
    limitTokens: answer.limitTokens,
    limitConcurrentRequests: answer.limitSlots,
    unallocatedRequests: answer.unallocatedRequests,
    unallocatedTokens: answer.unallocatedTokens,
    windowEndsAt: new Date(answer.windowEnd),
    windowStartsInMs: answer.startsInMs,
    windowEndsInMs: answer.endsInMs,
  };
}
