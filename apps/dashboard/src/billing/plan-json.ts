import { BillingMode, type AccountPlan, type Plan } from '@modelbridge/contracts/billing.v1';
import type { AccountPlan as AccountPlanJson, Plan as PlanJson } from '@modelbridge/dashboard-api';

export function planJson(plan: Plan): PlanJson {
  return {
    name: plan.name,
    version: plan.version,
    monthly_price_cents: plan.monthlyPriceCents ?? null,
    included_credit_nano_usd: plan.includedCreditNanoUsd.toString(),
    requests_per_minute: Number(plan.requestsPerMinute),
    tokens_per_minute: Number(plan.tokensPerMinute),
    concurrent_requests: plan.concurrentRequests,
    max_team_members: plan.maxTeamMembers ?? null,
  };
}

export function accountPlanJson(given: AccountPlan | undefined): AccountPlanJson {
  const { plan, nextPlan } = given ?? {};
  return {
    plan: plan === undefined ? null : planJson(plan),
    period_starts_at: given?.periodStartsAt?.toISOString() ?? null,
    period_ends_at: given?.periodEndsAt?.toISOString() ?? null,
    next_plan: nextPlan === undefined ? null : planJson(nextPlan),
    billing_mode: given?.billingMode === BillingMode.INVOICE ? 'invoice' : 'prepaid',
    credit_line_nano_usd: (given?.creditLineNanoUsd ?? 0n).toString(),
  };
}
