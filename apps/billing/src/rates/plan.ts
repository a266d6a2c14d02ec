import type { PlanName } from '@modelbridge/contracts';

/** Rate limits of one key; 0: no limit. */
export interface RateLimits {
  requestsPerMinute: bigint;
  tokensPerMinute: bigint;
  concurrentRequests: number;
}

const plans: Readonly<Record<Exclude<PlanName, ''>, RateLimits>> = {
  free: { requestsPerMinute: 20n, tokensPerMinute: 100_000n, concurrentRequests: 4 },
  starter: { requestsPerMinute: 60n, tokensPerMinute: 500_000n, concurrentRequests: 10 },
  pro: { requestsPerMinute: 600n, tokensPerMinute: 5_000_000n, concurrentRequests: 100 },
  scale: { requestsPerMinute: 6_000n, tokensPerMinute: 50_000_000n, concurrentRequests: 1_000 },
};

/** The limits of a key under a plan, or its own where those are smaller; undefined where there are none. */
export function limitsOf(plan: string, own?: RateLimits): RateLimits | undefined {
  const planned = Object.hasOwn(plans, plan) ? plans[plan as keyof typeof plans] : undefined;
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
