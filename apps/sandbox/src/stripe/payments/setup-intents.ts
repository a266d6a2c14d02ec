import type { Stripe } from 'stripe';
import type { StripeCore } from '../core/stripe-core.js';
import { idOf } from '../core/ids.js';
import { invalidRequest } from '../wire/stripe-error.js';
import { cardRefusal } from './card-refusal.js';
import { setupIntentObject } from './intent-objects.js';
import type { PaymentMethods } from './payment-methods.js';

/** Cards that are kept to be charged later. */
export class SetupIntents {
  constructor(
    private readonly core: StripeCore,
    private readonly methods: PaymentMethods,
  ) {}

  create(given: Partial<Stripe.SetupIntent>): Stripe.SetupIntent {
    const { core } = this;
    const intent = setupIntentObject(core.idFor('setup_intent'), core.now(), given);
    if (intent.payment_method !== null) intent.status = 'requires_confirmation';
    core.state.add('setup_intent', intent);
    core.announce('setup_intent.created', intent);
    return intent;
  }

  /** Keeps the card, or says that somebody has to authenticate. Throws 402 where the card is declined. */
  confirm(
    intent: Stripe.SetupIntent,
    method: Stripe.PaymentMethod,
    authentication?: { url: string; returnUrl: string },
  ): void {
    this.mustBeOpen(intent, 'confirm');
    intent.payment_method = method.id;
    const { decline } = this.methods.cardOf(method);
    if (decline !== undefined) {
      intent.status = 'requires_payment_method';
      intent.payment_method = null;
      intent.last_setup_error = {
        code: decline.code,
        ...(decline.declineCode !== undefined && { decline_code: decline.declineCode }),
        message: decline.message,
        payment_method: structuredClone(method),
        type: 'card_error',
      };
      this.core.announce('setup_intent.setup_failed', intent);
      throw cardRefusal(decline, { setup_intent: structuredClone(intent) });
    }
    if (!this.methods.needsAuthentication(method)) return this.succeed(intent, method);
    intent.status = 'requires_action';
    intent.next_action =
      authentication === undefined
        ? { type: 'use_stripe_sdk', use_stripe_sdk: {} }
        : {
            type: 'redirect_to_url',
            redirect_to_url: { url: authentication.url, return_url: authentication.returnUrl },
          };
    this.core.announce('setup_intent.requires_action', intent);
  }

  authenticate(intent: Stripe.SetupIntent, hasSucceeded: boolean): void {
    const method = this.core.state.get('payment_method', idOf(intent.payment_method) ?? '');
    intent.next_action = null;
    if (hasSucceeded) return this.succeed(intent, method);
    intent.status = 'requires_payment_method';
    intent.payment_method = null;
    this.core.announce('setup_intent.setup_failed', intent);
  }

  cancel(id: string): Stripe.SetupIntent {
    const intent = this.core.state.get('setup_intent', id);
    this.mustBeOpen(intent, 'cancel');
    intent.status = 'canceled';
    intent.next_action = null;
    this.core.announce('setup_intent.canceled', intent);
    return intent;
  }

  private succeed(intent: Stripe.SetupIntent, method: Stripe.PaymentMethod): void {
    const customer = idOf(intent.customer);
    if (customer !== null) this.methods.keep(method, customer);
    this.core.state.authenticated.add(method.id);
    intent.status = 'succeeded';
    intent.next_action = null;
    intent.last_setup_error = null;
    this.core.announce('setup_intent.succeeded', intent);
  }

  private mustBeOpen({ status }: Stripe.SetupIntent, act: 'cancel' | 'confirm'): void {
    if (status !== 'succeeded' && status !== 'canceled') return;
    throw invalidRequest(
      `You cannot ${act} this SetupIntent because it has a status of ${status}.`,
      { code: 'setup_intent_unexpected_state' },
    );
  }
}
