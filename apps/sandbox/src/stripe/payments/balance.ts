import type { Stripe } from 'stripe';
import type { StripeCore } from '../core/stripe-core.js';
import { fits, page, within } from '../wire/lists.js';
import { currency, listParams, params, range, text } from '../wire/params.js';
import { get, type Route } from '../wire/route.js';
import { balanceTransactionObject, type Movement } from './balance-object.js';

/** Money that moves at Stripe, one transaction a movement. */
export class Balance {
  constructor(private readonly core: StripeCore) {}

  move(movement: Movement): Stripe.BalanceTransaction {
    const { core } = this;
    const id = core.idFor('balance_transaction');
    return core.state.add('balance_transaction', balanceTransactionObject(id, movement));
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
      (query) => {
        const found = page(
          '/v1/balance_transactions',
          state
            .all('balance_transaction')
            .filter(() => query.payout === undefined)
            .filter(({ type }) => fits<string>(query.type, type))
            .filter(({ source }) => fits(query.source, source as string))
            .filter((transaction) => fits(query.currency, transaction.currency))
            .filter(({ created }) => within(created, query.created)),
          query,
        );
        return { ...found, data: found.data.map(shown) };
      },
    ),
    get('balance_transactions/:id', params({}), (_params, id) =>
      shown(state.get('balance_transaction', id)),
    ),
  ];
}
