import { z } from 'zod';
import { priceData } from '../catalog/catalog.js';
import {
  currency,
  email,
  flag,
  metadata,
  oneOf,
  params,
  positive,
  text,
  timestamp,
  url,
} from '../wire/params.js';

const usage = oneOf('off_session', 'on_session');

const tax = z.strictObject({ enabled: flag });

export const lineItemParam = z.strictObject({
  price: text.optional(),
  price_data: z.strictObject(priceData).optional(),
  quantity: positive.optional(),
});

export const sessionParams = params({
  mode: oneOf('payment', 'setup', 'subscription'),
  success_url: url,
  cancel_url: url.optional(),
  customer: text.optional(),
  customer_email: email.optional(),
  customer_creation: oneOf('always', 'if_required').optional(),
  customer_update: z
    .strictObject({
      address: oneOf('auto', 'never').optional(),
      name: oneOf('auto', 'never').optional(),
    })
    .optional(),
  client_reference_id: text.optional(),
  currency: currency.optional(),
  expires_at: timestamp.optional(),
  line_items: z.array(lineItemParam).optional(),
  metadata: metadata.optional(),
  payment_method_types: z.array(oneOf('card')).optional(),
  payment_intent_data: z
    .strictObject({
      setup_future_usage: usage.optional(),
      metadata: metadata.optional(),
      description: text.optional(),
      receipt_email: email.optional(),
      statement_descriptor: text.optional(),
      statement_descriptor_suffix: text.optional(),
      capture_method: oneOf('automatic', 'automatic_async').optional(),
    })
    .optional(),
  setup_intent_data: z
    .strictObject({ metadata: metadata.optional(), description: text.optional() })
    .optional(),
  subscription_data: z
    .strictObject({
      metadata: metadata.optional(),
      description: text.optional(),
      billing_cycle_anchor: timestamp.optional(),
      proration_behavior: oneOf('create_prorations', 'none').optional(),
    })
    .optional(),
  automatic_tax: tax.optional(),
  tax_id_collection: tax.optional(),
  billing_address_collection: oneOf('auto', 'required').optional(),
  locale: text.optional(),
  submit_type: oneOf('auto', 'book', 'donate', 'pay').optional(),
  ui_mode: oneOf('hosted_page').optional(),
});

export type SessionParams = z.output<typeof sessionParams>;
