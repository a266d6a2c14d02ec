import type { Stripe } from 'stripe';
import { z } from 'zod';
import type { StripeCore } from '../core/stripe-core.js';
import { idOf } from '../core/ids.js';
import { fits, page, within } from '../wire/lists.js';
import {
  currency,
  email,
  flag,
  integer,
  listParams,
  mergedMetadata,
  metadata,
  oneOf,
  params,
  range,
  text,
  unsettable,
  url,
} from '../wire/params.js';
import { get, post, type Route } from '../wire/route.js';
import { invalidRequest } from '../wire/stripe-error.js';
import { authenticationUrl } from '../pages/urls.js';
import type { PaymentIntents } from './payment-intents.js';
import type { PaymentMethods } from './payment-methods.js';

const confirmation = {
  payment_method: text.optional(),
  off_session: flag.optional(),
  return_url: url.optional(),
  setup_future_usage: oneOf('off_session', 'on_session').optional(),
  receipt_email: unsettable(email).optional(),
  error_on_requires_action: flag.optional(),
};

const automatic = z.strictObject({
  enabled: flag,
  allow_redirects: oneOf('always', 'never').optional(),
});

const creation = params({
  ...confirmation,
  amount: integer,
  currency,
  customer: text.optional(),
  confirm: flag.optional(),
  capture_method: oneOf('automatic', 'automatic_async').optional(),
  confirmation_method: oneOf('automatic').optional(),
  automatic_payment_methods: automatic.optional(),
  payment_method_types: z.array(oneOf('card')).optional(),
  description: text.optional(),
  metadata: metadata.optional(),
  statement_descriptor: text.optional(),
  statement_descriptor_suffix: text.optional(),
});

const reasons = ['abandoned', 'duplicate', 'fraudulent', 'requested_by_customer'] as const;

/** Creating and confirming, as the API puts it. */
class IntentCalls {
  constructor(
    private readonly core: StripeCore,
    private readonly intents: PaymentIntents,
    private readonly methods: PaymentMethods,
  ) {}

  create(given: z.output<typeof creation>): Stripe.PaymentIntent {
    const { confirm = false, payment_method: named } = given;
    const { state } = this.core;
    if (given.off_session !== undefined && !confirm) {
      throw invalidRequest('You cannot set `off_session` when `confirm` is not `true`.', {
        param: 'off_session',
      });
    }
    if (given.customer !== undefined) state.get('customer', given.customer, 'customer');
    if (confirm && named === undefined) throw missingMethod();
    if (confirm && needsReturnUrl(given)) throw missingReturnUrl();
    const method = named === undefined ? undefined : this.methods.resolve(named);
    const automaticMethods = given.automatic_payment_methods;
    const intent = this.intents.create({
      amount: given.amount,
      currency: given.currency,
      customer: given.customer ?? null,
      payment_method: method?.id ?? null,
      ...(given.payment_method_types !== undefined && {
        automatic_payment_methods: null,
        payment_method_types: given.payment_method_types,
      }),
      ...(automaticMethods !== undefined && {
        automatic_payment_methods: { allow_redirects: 'always', ...automaticMethods },
      }),
      capture_method: given.capture_method ?? 'automatic_async',
      description: given.description ?? null,
      metadata: mergedMetadata({}, given.metadata),
      receipt_email: given.receipt_email ?? null,
      setup_future_usage: given.setup_future_usage ?? null,
      statement_descriptor: given.statement_descriptor ?? null,
      statement_descriptor_suffix: given.statement_descriptor_suffix ?? null,
    });
    return confirm ? this.confirm(intent, given) : intent;
  }

  confirm(
    intent: Stripe.PaymentIntent,
    given: z.output<z.ZodObject<typeof confirmation>>,
  ): Stripe.PaymentIntent {
    const known = idOf(intent.payment_method);
    const named = intent.status === 'requires_confirmation' ? (known ?? undefined) : undefined;
    const id = named ?? given.payment_method ?? known;
    if (id === null) throw missingMethod();
    intent.setup_future_usage = given.setup_future_usage ?? intent.setup_future_usage;
    intent.receipt_email = given.receipt_email ?? intent.receipt_email;
    const returnUrl = given.return_url;
    this.intents.confirm(intent, {
      method: this.methods.resolve(id),
      offSession: given.off_session === true || given.error_on_requires_action === true,
      authentication:
        returnUrl === undefined
          ? undefined
          : { url: authenticationUrl(this.core.origin(), intent.id), returnUrl },
    });
    return intent;
  }
}

/** Some methods send people elsewhere and back, unless nobody is there. */
function needsReturnUrl(given: z.output<typeof creation>): boolean {
  const { automatic_payment_methods: automaticMethods } = given;
  return (
    given.return_url === undefined &&
    given.off_session !== true &&
    given.payment_method_types === undefined &&
    (automaticMethods?.enabled ?? true) &&
    automaticMethods?.allow_redirects !== 'never'
  );
}

function missingReturnUrl() {
  return invalidRequest(
    "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a `return_url`. If you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` to `never`.",
    { param: 'return_url' },
  );
}

function missingMethod() {
  return invalidRequest(
    "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
    { code: 'payment_intent_unexpected_state', param: 'payment_method' },
  );
}

export function paymentIntentRoutes(
  core: StripeCore,
  intents: PaymentIntents,
  methods: PaymentMethods,
): Route[] {
  const { state } = core;
  const calls = new IntentCalls(core, intents, methods);
  return [
    post('payment_intents', creation, (given) => calls.create(given)),
    get(
      'payment_intents',
      listParams({ created: range.optional(), customer: text.optional() }),
      (query) =>
        page(
          '/v1/payment_intents',
          state
            .all('payment_intent')
            .filter(({ customer }) => fits(query.customer, idOf(customer) ?? undefined))
            .filter(({ created }) => within(created, query.created)),
          query,
        ),
    ),
    get('payment_intents/:id', params({ client_secret: text.optional() }), (_params, id) =>
      state.get('payment_intent', id),
    ),
    post('payment_intents/:id/confirm', params(confirmation), (given, id) =>
      calls.confirm(state.get('payment_intent', id), given),
    ),
    post(
      'payment_intents/:id/cancel',
      params({ cancellation_reason: oneOf(...reasons).optional() }),
      (given, id) => intents.cancel(id, given.cancellation_reason),
    ),
  ];
}
