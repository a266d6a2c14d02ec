import type { Stripe } from 'stripe';
import type { StripeCore } from '../core/stripe-core.js';
import { fits, page, within } from '../wire/lists.js';
import { currency, listParams, params, range, text } from '../wire/params.js';
import { get, type Route } from '../wire/route.js';

interface Movement {
  type: Stripe.BalanceTransaction.Type;
  reportingCategory: string;
  /** Towards the account; negative where money leaves. */
  amount: number;
  fee?: number;
  currency: string;
  source: string;
  description: string | null;
}

const payoutDelaySeconds = 2 * 24 * 60 * 60;

/** 2.9 % and 30 cents, as in the United States. */
export function processingFee(amount: number): number {
  return Math.floor((amount * 29 + 500) / 1_000) + 30;
}

/** Money that moves at Stripe, one transaction a movement. */
export class Balance {
  constructor(private readonly core: StripeCore) {}

  move(movement: Movement): Stripe.BalanceTransaction {
    const { core } = this;
    const { amount, fee = 0, reportingCategory, ...rest } = movement;
    const created = core.now();
    const details: Stripe.BalanceTransaction.FeeDetail = {
      amount: fee,
      application: null,
      currency: movement.currency,
      description: movement.type === 'charge' ? 'Stripe processing fees' : 'Dispute fee',
      type: 'stripe_fee',
    };
    return core.state.add('balance_transaction', {
      id: core.idFor('balance_transaction'),
      object: 'balance_transaction',
      amount,
      available_on: created + payoutDelaySeconds,
      balance_type: 'payments',
      created,
      exchange_rate: null,
      fee,
      fee_details: fee === 0 ? [] : [details],
      net: amount - fee,
      reporting_category: reportingCategory,
      status: 'pending',
      ...rest,
    });
  }
}

export function balanceRoutes(core: StripeCore): Route[] {
  const { state } = core;
  const shown = (transaction: Stripe.BalanceTransaction): Stripe.BalanceTransaction => ({
    ...transaction,
    status: transaction.available_on <= core.now() ? 'available' : 'pending',
  });
  return [
    get(
      'balance_transactions',
      listParams({
        created: range.optional(),
        currency: currency.optional(),
        /** The stand-in pays nothing out: no transaction is in any. */
        payout: text.optional(),
        source: text.optional(),
        type: text.optional(),
      }),
      (query) =>
        page(
          '/v1/balance_transactions',
          state
            .all('balance_transaction')
            .filter(() => query.payout === undefined)
            .filter(({ type }) => fits<string>(query.type, type))
            .filter(({ source }) => fits(query.source, source as string))
            .filter((transaction) => fits(query.currency, transaction.currency))
            .filter(({ created }) => within(created, query.created))
            .map(shown),
          query,
        ),
    ),
    get('balance_transactions/:id', params({}), (_params, id) =>
      shown(state.get('balance_transaction', id)),
    ),
  ];
}
