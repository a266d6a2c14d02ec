import type { Stripe } from 'stripe';

type Given = Pick<
  Stripe.Checkout.Session,
  'amount_subtotal' | 'amount_total' | 'currency' | 'expires_at' | 'mode' | 'success_url' | 'url'
> &
  Partial<Stripe.Checkout.Session> & { isTaxed: boolean };

/** Members that are the same on every session here. */
const unused = {
  adaptive_pricing: null,
  after_expiration: null,
  allow_promotion_codes: null,
  allowed_payment_method_types: null,
  client_secret: null,
  collected_information: null,
  consent: null,
  consent_collection: null,
  currency_conversion: null,
  customer_account: null,
  integration_identifier: null,
  livemode: false,
  managed_payments: null,
  origin_context: null,
  payment_link: null,
  permissions: null,
  recovered_from: null,
  saved_payment_method_options: null,
  shipping_address_collection: null,
  shipping_cost: null,
  wallet_options: null,
} satisfies Partial<Stripe.Checkout.Session>;

export function sessionObject(
  id: string,
  created: number,
  { isTaxed, ...given }: Given,
): Stripe.Checkout.Session {
  return {
    id,
    object: 'checkout.session',
    ...unused,
    automatic_tax: {
      enabled: isTaxed,
      liability: isTaxed ? { type: 'self' } : null,
      provider: isTaxed ? 'stripe' : null,
      status: isTaxed ? 'requires_location_inputs' : null,
    },
    billing_address_collection: null,
    cancel_url: null,
    client_reference_id: null,
    created,
    custom_fields: [],
    custom_text: {
      after_submit: null,
      shipping_address: null,
      submit: null,
      terms_of_service_acceptance: null,
    },
    customer: null,
    customer_creation: null,
    customer_details: null,
    customer_email: null,
    discounts: [],
    invoice: null,
    invoice_creation: null,
    locale: null,
    metadata: {},
    payment_intent: null,
    payment_method_collection: given.mode === 'payment' ? 'if_required' : 'always',
    payment_method_configuration_details: null,
    payment_method_options: { card: { request_three_d_secure: 'automatic' } },
    payment_method_types: ['card'],
    payment_status: given.mode === 'setup' ? 'no_payment_required' : 'unpaid',
    phone_number_collection: { enabled: false },
    setup_intent: null,
    shipping_options: [],
    status: 'open',
    submit_type: null,
    subscription: null,
    total_details:
      given.mode === 'setup' ? null : { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: 'hosted_page',
    ...given,
  };
}

export function lineItemObject(
  id: string,
  price: Stripe.Price,
  quantity: number,
  given: { amount: number; description: string },
): Stripe.LineItem {
  return {
    id,
    object: 'item',
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: given.amount,
    amount_tax: 0,
    amount_total: given.amount,
    currency: price.currency,
    description: given.description,
    metadata: {},
    price,
    quantity,
  };
}
