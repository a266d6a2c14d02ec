import {
  BillingMode,
  type AccountPlan as AccountPlanMessage,
} from '@modelbridge/contracts/billing.v1';
import type { BillingMode as BillingModeName } from '../book/account-book.js';
import { toPlan } from '../plans/plan-message.js';
import type { AccountPlan } from './account-plans.service.js';

export const modeCodes: Record<BillingModeName, BillingMode> = {
  prepaid: BillingMode.PREPAID,
  invoice: BillingMode.INVOICE,
};

/** The plan of an account as the contract says it. */
export function toAccountPlan({
  plan,
  period,
  nextPlan,
  ...paying
}: AccountPlan): AccountPlanMessage {
  return {
    plan: plan && toPlan(plan),
    periodStartsAt: period?.startsAt,
    periodEndsAt: period?.endsAt,
    nextPlan: nextPlan && toPlan(nextPlan),
    billingMode: modeCodes[paying.billingMode],
    creditLineNanoUsd: paying.creditLine,
  };
}
