import type { Stripe } from 'stripe';
import type { StripeCore } from '../core/stripe-core.js';
import { idOf } from '../core/ids.js';
import { receiptUrl } from '../pages/urls.js';
import { fits, page, within } from '../wire/lists.js';
import { listParams, mergedMetadata, metadata, params, range, text } from '../wire/params.js';
import { get, post, type Route } from '../wire/route.js';
import type { Balance } from './balance.js';
import { processingFee } from './balance-object.js';
import { chargeObject } from './charge-object.js';
import type { Disputes } from './disputes.js';
import type { Decline, TestCard } from './test-cards.js';

export interface Attempt {
  intent: Stripe.PaymentIntent;
  method: Stripe.PaymentMethod;
  card: TestCard;
  wasAuthenticated: boolean;
}

/** What was taken from cards, or could not be. */
export class Charges {
  constructor(
    private readonly core: StripeCore,
    private readonly balance: Balance,
    private readonly disputes: Disputes,
  ) {}

  fail(attempt: Attempt, decline: Decline): Stripe.Charge {
    const { core } = this;
    const charge = chargeObject(core.idFor('charge'), this.timeOf(attempt), {
      ...attempt,
      decline,
    });
    core.state.add('charge', charge);
    core.announce('charge.failed', charge);
    return charge;
  }

  /** The balance transaction is known a moment later, as with Stripe's asynchronous capture. */
  succeed(attempt: Attempt): Stripe.Charge {
    const { core } = this;
    const charge = chargeObject(core.idFor('charge'), this.timeOf(attempt), attempt);
    charge.receipt_url = receiptUrl(core.origin(), charge.id);
    core.state.add('charge', charge);
    core.announce('charge.succeeded', charge);
    core.afterwards(() => {
      this.settle(charge);
      const { dispute } = attempt.card;
      if (dispute !== undefined) this.disputes.open(charge, dispute);
    });
    return charge;
  }

  private timeOf({ intent }: Attempt): number {
    return this.core.nowFor(intent.customer);
  }

  private settle(charge: Stripe.Charge): void {
    charge.balance_transaction = this.balance.move({
      type: 'charge',
      reportingCategory: 'charge',
      amount: charge.amount,
      fee: processingFee(charge.amount),
      currency: charge.currency,
      source: charge.id,
      description: charge.description,
      created: charge.created,
    }).id;
    this.core.announce('charge.updated', charge, { balance_transaction: null });
  }
}

export function chargeRoutes(core: StripeCore): Route[] {
  const { state } = core;
  return [
    get(
      'charges',
      listParams({
        created: range.optional(),
        customer: text.optional(),
        payment_intent: text.optional(),
      }),
      (query) =>
        page(
          '/v1/charges',
          state
            .all('charge')
            .filter(({ customer }) => fits(query.customer, idOf(customer) ?? undefined))
            .filter(({ payment_intent: intent }) => fits(query.payment_intent, intent as string))
            .filter(({ created }) => within(created, query.created)),
          query,
        ),
    ),
    get('charges/:id', params({}), (_params, id) => state.get('charge', id)),
    post(
      'charges/:id',
      params({ description: text.optional(), metadata: metadata.optional() }),
      ({ description, metadata: given }, id) => {
        const charge = state.get('charge', id);
        charge.description = description ?? charge.description;
        charge.metadata = mergedMetadata(charge.metadata, given);
        core.announce('charge.updated', charge);
        return charge;
      },
    ),
  ];
}
