import type { RateLimits } from '../plans/plan.js';

/** The limits of a key under a plan, or its own where those are smaller; undefined where there are none. */
export function limitsOf(planned?: RateLimits, own?: RateLimits): RateLimits | undefined {
  if (planned === undefined || own === undefined) return planned ?? own;
  return {
    requestsPerMinute: smaller(planned.requestsPerMinute, own.requestsPerMinute),
    tokensPerMinute: smaller(planned.tokensPerMinute, own.tokensPerMinute),
    concurrentRequests: smaller(planned.concurrentRequests, own.concurrentRequests),
  };
}

function smaller<N extends number | bigint>(one: N, other: N): N {
  if (!one || !other) return one || other;
  return one < other ? one : other;
}
