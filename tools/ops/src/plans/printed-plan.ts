import { formatUsd } from '@modelbridge/contracts';
import { BillingMode, type AccountPlan, type Plan } from '@modelbridge/contracts/billing.v1';

/** A version of a plan as it is printed; money is exact USD to read and integer nano-USD to compute with. */
export function printedPlan(plan: Plan): object {
  return {
    name: plan.name,
    version: plan.version,
    effectiveFrom: plan.effectiveFrom?.toISOString() ?? null,
    monthlyPriceCents: plan.monthlyPriceCents ?? null,
    includedCreditUsd: formatUsd(plan.includedCreditNanoUsd),
    includedCreditNanoUsd: plan.includedCreditNanoUsd.toString(),
    requestsPerMinute: Number(plan.requestsPerMinute),
    tokensPerMinute: Number(plan.tokensPerMinute),
    concurrentRequests: plan.concurrentRequests,
    maxTeamMembers: plan.maxTeamMembers ?? null,
  };
}

export function printedAccountPlan(accountId: string, answer: AccountPlan | undefined): object {
  if (answer === undefined) throw new Error('billing answered without a plan');
  const { plan, periodStartsAt, periodEndsAt, nextPlan, billingMode, creditLineNanoUsd } = answer;
  return {
    accountId,
    plan: plan ? printedPlan(plan) : null,
    periodStartsAt: periodStartsAt?.toISOString() ?? null,
    periodEndsAt: periodEndsAt?.toISOString() ?? null,
    nextPlan: nextPlan ? printedPlan(nextPlan) : null,
    billingMode: billingMode === BillingMode.INVOICE ? 'invoice' : 'prepaid',
    creditLineUsd: formatUsd(creditLineNanoUsd),
    creditLineNanoUsd: creditLineNanoUsd.toString(),
  };
}
