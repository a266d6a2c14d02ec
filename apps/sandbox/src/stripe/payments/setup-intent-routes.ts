import type { Stripe } from 'stripe';
import { z } from 'zod';
import type { StripeCore } from '../core/stripe-core.js';
import { idOf } from '../core/ids.js';
import { fits, page, within } from '../wire/lists.js';
import {
  flag,
  listParams,
  mergedMetadata,
  metadata,
  oneOf,
  params,
  range,
  text,
  url,
} from '../wire/params.js';
import { get, post, type Route } from '../wire/route.js';
import { parameterMissing } from '../wire/stripe-error.js';
import { authenticationUrl } from '../pages/urls.js';
import type { PaymentMethods } from './payment-methods.js';
import type { SetupIntents } from './setup-intents.js';

const confirmation = { payment_method: text.optional(), return_url: url.optional() };

const creation = params({
  ...confirmation,
  customer: text.optional(),
  confirm: flag.optional(),
  usage: oneOf('off_session', 'on_session').optional(),
  automatic_payment_methods: z
    .strictObject({ enabled: flag, allow_redirects: oneOf('always', 'never').optional() })
    .optional(),
  payment_method_types: z.array(oneOf('card')).optional(),
  description: text.optional(),
  metadata: metadata.optional(),
});

export function setupIntentRoutes(
  core: StripeCore,
  intents: SetupIntents,
  methods: PaymentMethods,
): Route[] {
  const { state } = core;
  const confirm = (
    intent: Stripe.SetupIntent,
    given: z.output<z.ZodObject<typeof confirmation>>,
  ): Stripe.SetupIntent => {
    const id = given.payment_method ?? idOf(intent.payment_method);
    if (id === null) throw parameterMissing('payment_method');
    const { return_url: returnUrl } = given;
    const authentication =
      returnUrl === undefined
        ? undefined
        : { url: authenticationUrl(core.origin(), intent.id), returnUrl };
    intents.confirm(intent, methods.resolve(id), authentication);
    return intent;
  };
  return [
    post('setup_intents', creation, (given) => {
      if (given.customer !== undefined) state.get('customer', given.customer, 'customer');
      if (given.confirm === true && given.payment_method === undefined) {
        throw parameterMissing('payment_method');
      }
      const method = given.payment_method && methods.resolve(given.payment_method).id;
      const intent = intents.create({
        customer: given.customer ?? null,
        description: given.description ?? null,
        metadata: mergedMetadata({}, given.metadata),
        payment_method: method ?? null,
        usage: given.usage ?? 'off_session',
      });
      return given.confirm === true
        ? confirm(intent, { ...given, payment_method: method })
        : intent;
    }),
    get(
      'setup_intents',
      listParams({ created: range.optional(), customer: text.optional() }),
      (query) =>
        page(
          '/v1/setup_intents',
          state
            .all('setup_intent')
            .filter(({ customer }) => fits(query.customer, idOf(customer) ?? undefined))
            .filter(({ created }) => within(created, query.created)),
          query,
        ),
    ),
    get('setup_intents/:id', params({}), (_params, id) => state.get('setup_intent', id)),
    post('setup_intents/:id/confirm', params(confirmation), (given, id) =>
      confirm(state.get('setup_intent', id), given),
    ),
    post(
      'setup_intents/:id/cancel',
      params({ cancellation_reason: text.optional() }),
      (_params, id) => intents.cancel(id),
    ),
  ];
}
