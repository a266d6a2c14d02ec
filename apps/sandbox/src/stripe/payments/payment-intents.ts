import type { Stripe } from 'stripe';
import type { StripeCore } from '../core/stripe-core.js';
import { idOf } from '../core/ids.js';
import { invalidRequest, StripeError } from '../wire/stripe-error.js';
import { amountRefusal } from './amounts.js';
import { authenticationRequired, cardRefusal } from './card-refusal.js';
import type { Charges } from './charges.js';
import { paymentIntentObject } from './intent-objects.js';
import type { PaymentMethods } from './payment-methods.js';
import type { Decline } from './test-cards.js';

export type NewIntent = Pick<Stripe.PaymentIntent, 'amount' | 'currency'> &
  Partial<Stripe.PaymentIntent>;

export interface Confirmation {
  method: Stripe.PaymentMethod;
  /** Nobody is there who could authenticate. */
  offSession?: boolean;
  /** Where somebody goes to authenticate, and where from there. */
  authentication?: { url: string; returnUrl: string };
}

const confirmable: Stripe.PaymentIntent.Status[] = [
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
];

/** Payments, from the wish to the charge. */
export class PaymentIntents {
  private readonly paidHooks: ((intent: Stripe.PaymentIntent) => void)[] = [];

  constructor(
    private readonly core: StripeCore,
    private readonly methods: PaymentMethods,
    private readonly charges: Charges,
  ) {}

  /** What a payment is for follows it, however it came to be paid. */
  whenPaid(act: (intent: Stripe.PaymentIntent) => void): void {
    this.paidHooks.push(act);
  }

  create(given: NewIntent): Stripe.PaymentIntent {
    const { core } = this;
    const refusal = amountRefusal(given.amount, given.currency);
    if (refusal !== undefined) throw refusal;
    const intent = paymentIntentObject(
      core.idFor('payment_intent'),
      core.nowFor(given.customer ?? null),
      given,
    );
    if (intent.payment_method !== null) intent.status = 'requires_confirmation';
    core.state.add('payment_intent', intent);
    core.announce('payment_intent.created', intent);
    return intent;
  }

  /** Charges the card, or says that somebody has to authenticate. Throws 402 where the card is declined. */
  confirm(intent: Stripe.PaymentIntent, given: Confirmation): void {
    const { method, offSession = false, authentication } = given;
    if (!confirmable.includes(intent.status)) throw unexpected(intent, 'confirm');
    this.mustBelong(intent, method);
    intent.payment_method = method.id;
    if (!this.methods.needsAuthentication(method)) return this.charge(intent, method, false);
    if (offSession) throw this.declined(intent, method, authenticationRequired);
    intent.status = 'requires_action';
    intent.next_action =
      authentication === undefined
        ? { type: 'use_stripe_sdk', use_stripe_sdk: {} }
        : {
            type: 'redirect_to_url',
            redirect_to_url: { url: authentication.url, return_url: authentication.returnUrl },
          };
    this.core.announce('payment_intent.requires_action', intent);
  }

  /** Somebody has authenticated, or has not. Throws 402 where the payment fails by it. */
  authenticate(intent: Stripe.PaymentIntent, hasSucceeded: boolean): void {
    if (intent.status !== 'requires_action') throw unexpected(intent, 'authenticate');
    const method = this.core.state.get('payment_method', idOf(intent.payment_method) ?? '');
    intent.next_action = null;
    if (hasSucceeded) return this.charge(intent, method, true);
    const message =
      'We are unable to authenticate your payment method. Please choose a different payment method and try again.';
    this.refuse(intent, method, { code: 'payment_intent_authentication_failure', message });
    throw new StripeError(402, 'card_error', message, {
      code: 'payment_intent_authentication_failure',
    });
  }

  /** Somebody has paid in a way that takes days: whether the money comes is known later. */
  delay(intent: Stripe.PaymentIntent, method: Stripe.PaymentMethod): void {
    if (!confirmable.includes(intent.status)) throw unexpected(intent, 'confirm');
    intent.payment_method = method.id;
    intent.status = 'processing';
    this.core.announce('payment_intent.processing', intent);
  }

  /** It is known whether the money of a delayed payment has come. */
  settleDelayed(intent: Stripe.PaymentIntent, hasSucceeded: boolean): void {
    if (intent.status !== 'processing') throw unexpected(intent, 'confirm');
    const method = this.core.state.get('payment_method', idOf(intent.payment_method) ?? '');
    if (hasSucceeded) return this.charge(intent, method, false);
    const message = 'The payment could not be completed.';
    this.refuse(intent, method, { code: 'payment_intent_payment_attempt_failed', message });
  }

  cancel(id: string, reason?: Stripe.PaymentIntent.CancellationReason): Stripe.PaymentIntent {
    const intent = this.core.state.get('payment_intent', id);
    if (!confirmable.includes(intent.status)) throw unexpected(intent, 'cancel');
    intent.status = 'canceled';
    intent.canceled_at = this.core.nowFor(intent.customer);
    intent.cancellation_reason = reason ?? null;
    intent.next_action = null;
    this.core.announce('payment_intent.canceled', intent);
    return intent;
  }

  private charge(
    intent: Stripe.PaymentIntent,
    method: Stripe.PaymentMethod,
    wasAuthenticated: boolean,
  ): void {
    const card = this.methods.cardOf(method);
    const decline = card.decline ?? card.chargeDecline;
    if (decline !== undefined) throw this.declined(intent, method, decline);
    const charge = this.charges.succeed({ intent, method, card, wasAuthenticated });
    Object.assign(intent, {
      amount_received: intent.amount,
      last_payment_error: null,
      latest_charge: charge.id,
      next_action: null,
      status: 'succeeded',
    } satisfies Partial<Stripe.PaymentIntent>);
    const customer = idOf(intent.customer);
    if (intent.setup_future_usage !== null && customer !== null) {
      if (intent.setup_future_usage === 'off_session' && wasAuthenticated) {
        this.core.state.authenticated.add(method.id);
      }
      this.methods.keep(method, customer);
    }
    this.core.announce('payment_intent.succeeded', intent);
    for (const act of this.paidHooks) act(intent);
  }

  private declined(
    intent: Stripe.PaymentIntent,
    method: Stripe.PaymentMethod,
    decline: Decline,
  ): StripeError {
    const card = this.methods.cardOf(method);
    const attempt = { intent, method, card, wasAuthenticated: false };
    const charge = this.charges.fail(attempt, decline);
    intent.latest_charge = charge.id;
    this.refuse(intent, method, { ...decline, charge: charge.id });
    return cardRefusal(decline, {
      charge: charge.id,
      payment_intent: structuredClone(intent),
      payment_method: structuredClone(method),
    });
  }

  private refuse(
    intent: Stripe.PaymentIntent,
    method: Stripe.PaymentMethod,
    reason: { code: string; message: string; declineCode?: string; charge?: string },
  ): void {
    intent.status = 'requires_payment_method';
    intent.payment_method = null;
    intent.last_payment_error = {
      ...(reason.charge !== undefined && { charge: reason.charge }),
      code: reason.code,
      ...(reason.declineCode !== undefined && { decline_code: reason.declineCode }),
      doc_url: `https://docs.stripe.com/error-codes/${reason.code.replaceAll('_', '-')}`,
      message: reason.message,
      payment_method: structuredClone(method),
      type: 'card_error',
    };
    this.core.announce('payment_intent.payment_failed', intent);
  }

  private mustBelong(intent: Stripe.PaymentIntent, method: Stripe.PaymentMethod): void {
    const owner = idOf(method.customer);
    const customer = idOf(intent.customer);
    if (owner !== null && owner !== customer) {
      throw invalidRequest(
        customer === null
          ? 'The provided PaymentMethod is attached to a Customer, so you must provide that Customer in the request.'
          : `The customer does not have a payment method with the ID ${method.id}. The payment method must be attached to the customer.`,
        { code: 'resource_missing', param: 'payment_method' },
      );
    }
  }
}

function unexpected(
  intent: Stripe.PaymentIntent,
  act: 'authenticate' | 'cancel' | 'confirm',
): StripeError {
  return invalidRequest(
    `You cannot ${act} this PaymentIntent because it has a status of ${intent.status}.`,
    {
      code: 'payment_intent_unexpected_state',
      more: { payment_intent: structuredClone(intent) },
    },
  );
}
