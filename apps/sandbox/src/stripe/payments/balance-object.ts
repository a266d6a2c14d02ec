import type { Stripe } from 'stripe';

export interface Movement {
  type: Stripe.BalanceTransaction.Type;
  reportingCategory: string;
  /** Towards the account; negative where money leaves. */
  amount: number;
  fee?: number;
  currency: string;
  source: string;
  description: string | null;
  created: number;
}

const payoutDelaySeconds = 2 * 24 * 60 * 60;

/** 2.9 % and 30 cents, as in the United States. */
export function processingFee(amount: number): number {
  return Math.floor((amount * 29 + 500) / 1_000) + 30;
}

export function balanceTransactionObject(
  id: string,
  { amount, fee = 0, reportingCategory, ...movement }: Movement,
): Stripe.BalanceTransaction {
  const details: Stripe.BalanceTransaction.FeeDetail = {
    amount: fee,
    application: null,
    currency: movement.currency,
    description: movement.type === 'charge' ? 'Stripe processing fees' : 'Dispute fee',
    type: 'stripe_fee',
  };
  return {
    id,
    object: 'balance_transaction',
    amount,
    available_on: movement.created + payoutDelaySeconds,
    balance_type: 'payments',
    exchange_rate: null,
    fee,
    fee_details: fee === 0 ? [] : [details],
    net: amount - fee,
    reporting_category: reportingCategory,
    status: 'pending',
    ...movement,
  };
}
