import type { Stripe } from 'stripe';
import type { StripeCore } from '../core/stripe-core.js';
import { idOf } from '../core/ids.js';
import { mergedMetadata, type MetadataParam } from '../wire/params.js';
import { invalidRequest } from '../wire/stripe-error.js';
import { spelled } from './amounts.js';
import type { Balance } from './balance.js';
import type { Disputes } from './disputes.js';
import type { PaymentMethods } from './payment-methods.js';
import { refundObject } from './refund-object.js';

export interface NewRefund {
  charge?: string;
  payment_intent?: string;
  amount?: number;
  reason?: Stripe.Refund.Reason;
  metadata?: MetadataParam;
}

/** Money that goes back to a card. */
export class Refunds {
  constructor(
    private readonly core: StripeCore,
    private readonly balance: Balance,
    private readonly methods: PaymentMethods,
    private readonly disputes: Disputes,
  ) {}

  create({ metadata, reason, ...given }: NewRefund): Stripe.Refund {
    const { core } = this;
    const charge = this.chargeOf(given);
    const amount = this.refundable(charge, given.amount);
    const later = this.laterOf(charge);
    const refund = refundObject(core.idFor('refund'), core.nowFor(charge.customer), charge, {
      amount,
      reason: reason ?? null,
      metadata: mergedMetadata({}, metadata),
      status: later === 'succeeds-later' ? 'pending' : 'succeeded',
    });
    refund.balance_transaction = this.move(refund, 'refund', -amount).id;
    core.state.add('refund', refund);
    const before = charge.amount_refunded;
    charge.amount_refunded += amount;
    charge.refunded = charge.amount_refunded === charge.amount;
    core.announce('refund.created', refund);
    core.announce('charge.refunded', charge, { amount_refunded: before });
    core.afterwards(() => {
      if (later === 'fails') this.fail(refund.id);
      else this.complete(refund);
    });
    return refund;
  }

  /** The card's bank does not take it: the money comes back. */
  fail(id: string, reason = 'expired_or_canceled_card'): Stripe.Refund {
    const { core } = this;
    const refund = core.state.get('refund', id);
    if (refund.status === 'failed' || refund.status === 'canceled') {
      throw invalidRequest(`Refund ${id} has ${refund.status} already.`);
    }
    const charge = core.state.get('charge', idOf(refund.charge) ?? '');
    refund.status = 'failed';
    refund.failure_reason = reason;
    refund.failure_balance_transaction = this.move(refund, 'refund_failure', refund.amount).id;
    charge.amount_refunded -= refund.amount;
    charge.refunded = false;
    core.announce('refund.updated', refund, { status: 'succeeded' });
    core.announce('refund.failed', refund, { status: 'succeeded' });
    return refund;
  }

  cancel(id: string): never {
    const { status } = this.core.state.get('refund', id);
    throw invalidRequest(
      `This refund has a status of ${status}. Only refunds with a status of requires_action can be canceled.`,
    );
  }

  private complete(refund: Stripe.Refund): void {
    const before = refund.status;
    refund.status = 'succeeded';
    refund.destination_details = {
      card: {
        reference: '7198636206234160',
        reference_status: 'available',
        reference_type: 'acquirer_reference_number',
        type: 'refund',
      },
      type: 'card',
    };
    this.core.announce('refund.updated', refund, { status: before });
  }

  private chargeOf(given: Pick<NewRefund, 'charge' | 'payment_intent'>): Stripe.Charge {
    const { state } = this.core;
    if (given.charge !== undefined) return state.get('charge', given.charge, 'charge');
    if (given.payment_intent === undefined) {
      throw invalidRequest(
        'One of the following params should be provided for this request: payment_intent or charge.',
        { code: 'parameter_missing', param: 'payment_intent' },
      );
    }
    const intent = state.get('payment_intent', given.payment_intent, 'payment_intent');
    const charge = state.find('charge', idOf(intent.latest_charge) ?? '');
    if (charge?.status === 'succeeded') return charge;
    throw invalidRequest(
      `This PaymentIntent (${intent.id}) does not have a successful charge to refund.`,
      { param: 'payment_intent' },
    );
  }

  private refundable(charge: Stripe.Charge, wanted: number | undefined): number {
    const left = charge.amount - charge.amount_refunded;
    const money = (amount: number): string => spelled(amount, charge.currency);
    if (charge.status !== 'succeeded') {
      throw invalidRequest(`Charge ${charge.id} is not a successful charge: nothing to refund.`);
    }
    const isDisputed = this.disputes.of(charge.id).some((one) => !one.is_charge_refundable);
    if (isDisputed) {
      throw invalidRequest(`Charge ${charge.id} has been charged back; cannot issue a refund.`, {
        code: 'charge_disputed',
      });
    }
    if (left === 0) {
      throw invalidRequest(`Charge ${charge.id} has already been refunded.`, {
        code: 'charge_already_refunded',
      });
    }
    const amount = wanted ?? left;
    if (amount < 1) {
      throw invalidRequest('Invalid positive integer', {
        code: 'parameter_invalid_integer',
        param: 'amount',
      });
    }
    if (amount > left) {
      const bound =
        left === charge.amount
          ? `charge amount (${money(left)})`
          : `unrefunded amount on charge (${money(left)})`;
      throw invalidRequest(`Refund amount (${money(amount)}) is greater than ${bound}`, {
        param: 'amount',
      });
    }
    return amount;
  }

  private laterOf(charge: Stripe.Charge): 'fails' | 'succeeds-later' | undefined {
    const method = this.core.state.find('payment_method', charge.payment_method ?? '');
    return method === undefined ? undefined : this.methods.cardOf(method).refund;
  }

  private chargedCustomer(refund: Stripe.Refund): string | null {
    return idOf(this.core.state.find('charge', idOf(refund.charge) ?? '')?.customer);
  }

  private move(
    refund: Stripe.Refund,
    type: 'refund' | 'refund_failure',
    amount: number,
  ): Stripe.BalanceTransaction {
    return this.balance.move({
      type,
      reportingCategory: type,
      amount,
      currency: refund.currency,
      source: refund.id,
      description: type === 'refund' ? 'REFUND FOR CHARGE' : 'REFUND FAILURE',
      created: this.core.nowFor(this.chargedCustomer(refund)),
    });
  }
}
