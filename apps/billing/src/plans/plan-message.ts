import type { Plan } from '@modelbridge/contracts/billing.v1';
import type { PlanVersion } from './plan.js';

/** A version of a plan as the contract says it. */
export function toPlan(plan: PlanVersion): Plan {
  return {
    name: plan.name,
    version: plan.version,
    effectiveFrom: plan.effectiveFrom,
    monthlyPriceCents: plan.monthlyPriceCents ?? undefined,
    includedCreditNanoUsd: plan.includedCredit,
    requestsPerMinute: plan.limits.requestsPerMinute,
    tokensPerMinute: plan.limits.tokensPerMinute,
    concurrentRequests: plan.limits.concurrentRequests,
    maxTeamMembers: plan.maxTeamMembers ?? undefined,
  };
}
