import { planNames, type PlanName } from '@modelbridge/contracts';

/** Rate limits of one key; 0: no limit. */
export interface RateLimits {
  requestsPerMinute: bigint;
  tokensPerMinute: bigint;
  concurrentRequests: number;
}

/** One version of a plan, which never changes. */
export interface PlanVersion {
  name: Exclude<PlanName, ''>;
  version: number;
  effectiveFrom: Date;
  /** Null: by agreement. */
  monthlyPriceCents: number | null;
  /** Nano-USD, granted for each period. */
  includedCredit: bigint;
  limits: RateLimits;
  /** Null: any number. */
  maxTeamMembers: number | null;
}

/** A version as an account names it; an account without a plan has neither. */
export interface PlanKey {
  plan: string;
  planVersion: number | null;
}

/** Below zero where the first of two plans is the smaller. */
export function compareSize(one: PlanVersion, other: PlanVersion): number {
  return planNames.indexOf(one.name) - planNames.indexOf(other.name);
}

/** Whether the plan is had by the month: what costs nothing has no periods. */
export function hasPeriods(plan: PlanVersion | undefined): plan is PlanVersion {
  return plan !== undefined && plan.monthlyPriceCents !== 0;
}
