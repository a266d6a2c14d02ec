import type { Stripe } from 'stripe';
import type { StripeCore } from '../core/stripe-core.js';
import { idOf } from '../core/ids.js';
import type { Selection } from '../core/selection.js';
import { invalidRequest, resourceMissing } from '../wire/stripe-error.js';
import { cardRefusal } from './card-refusal.js';
import { type CardGiven, paymentMethodObject } from './payment-method-object.js';
import { cardByName, cardByNumber, type TestCard } from './test-cards.js';

/** What `pm_card_…` and `tok_…` are good for. */
const ofToken: CardGiven = { expMonth: 12, expYear: 2034 };

export class PaymentMethods {
  constructor(private readonly core: StripeCore) {}

  create(card: TestCard, given: CardGiven = ofToken): Stripe.PaymentMethod {
    const { core } = this;
    const method = paymentMethodObject(core.idFor('payment_method'), core.now(), card, given);
    core.state.cardNumbers.set(method.id, card.number);
    return core.state.add('payment_method', method);
  }

  createFromToken(token: string): Stripe.PaymentMethod {
    const card = token.startsWith('tok_') ? cardByName(token.slice(4)) : undefined;
    if (card === undefined) throw resourceMissing('token', token, 'card[token]');
    return this.create(card);
  }

  /** A method by its id, or a new one where the id is the name of a test card. */
  resolve(id: string, param = 'payment_method'): Stripe.PaymentMethod {
    const card = id.startsWith('pm_card_') ? cardByName(id.slice(8)) : undefined;
    return card === undefined
      ? this.core.state.get('payment_method', id, param)
      : this.create(card);
  }

  cardOf(method: Stripe.PaymentMethod): TestCard {
    const card = cardByNumber(this.core.state.cardNumbers.get(method.id) ?? '');
    if (card === undefined) throw new Error(`no card is known of ${method.id}`);
    return card;
  }

  attach(id: string, customer: string): Stripe.PaymentMethod {
    const { state } = this.core;
    state.get('customer', customer, 'customer');
    const method = this.resolve(id, 'id');
    const owner = idOf(method.customer);
    if (owner === customer) return method;
    if (owner !== null) {
      throw invalidRequest(
        'The payment method you provided has already been attached to a customer.',
        { code: 'payment_method_unexpected_state', param: 'customer' },
      );
    }
    const { decline } = this.cardOf(method);
    if (decline !== undefined) throw cardRefusal(decline);
    return this.keep(method, customer);
  }

  /** The customer has it from now on. */
  keep(method: Stripe.PaymentMethod, customer: string): Stripe.PaymentMethod {
    if (idOf(method.customer) === customer) return method;
    method.customer = customer;
    this.core.announce('payment_method.attached', method, { customer: null });
    return method;
  }

  detach(id: string): Stripe.PaymentMethod {
    const { state } = this.core;
    const method = state.get('payment_method', id);
    const owner = idOf(method.customer);
    if (owner === null) {
      throw invalidRequest(
        'The payment method you provided is not attached to a customer so detachment is impossible.',
        { code: 'payment_method_unexpected_state', param: 'payment_method' },
      );
    }
    const settings = state.find('customer', owner)?.invoice_settings;
    if (settings !== undefined && idOf(settings.default_payment_method) === id) {
      settings.default_payment_method = null;
    }
    method.customer = null;
    this.core.announce('payment_method.detached', method, { customer: owner });
    return method;
  }

  of(customer: string | undefined, type?: string): Selection<Stripe.PaymentMethod> {
    return this.core.state
      .all('payment_method')
      .filter(({ customer: owner }) => customer === undefined || idOf(owner) === customer)
      .filter((method) => type === undefined || method.type === type);
  }

  /** Whether somebody has to authenticate before this may be charged. */
  needsAuthentication(method: Stripe.PaymentMethod): boolean {
    const { authentication } = this.cardOf(method);
    return (
      authentication === 'always' ||
      (authentication === 'until-set-up' && !this.core.state.authenticated.has(method.id))
    );
  }
}
