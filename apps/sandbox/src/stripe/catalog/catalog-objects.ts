import type { Stripe } from 'stripe';

export function productObject(
  id: string,
  created: number,
  given: Pick<Stripe.Product, 'name'> &
    Partial<Pick<Stripe.Product, 'active' | 'description' | 'images' | 'metadata' | 'tax_code'>>,
): Stripe.Product {
  return {
    id,
    object: 'product',
    active: given.active ?? true,
    created,
    default_price: null,
    description: given.description ?? null,
    images: given.images ?? [],
    livemode: false,
    marketing_features: [],
    metadata: given.metadata ?? {},
    name: given.name,
    package_dimensions: null,
    shippable: null,
    statement_descriptor: null,
    tax_code: given.tax_code ?? null,
    tax_details: null,
    type: 'service',
    unit_label: null,
    updated: created,
    url: null,
  };
}

/** Stripe's JSON has decimals as texts, of which its SDK makes `Decimal`s. */
export function decimal(value: string): Stripe.Decimal {
  return value as unknown as Stripe.Decimal;
}

export function priceObject(
  id: string,
  created: number,
  given: Pick<Stripe.Price, 'currency' | 'product'> & {
    unitAmountDecimal: string;
    recurring?: { interval: Stripe.Price.Recurring.Interval; interval_count: number };
    active?: boolean;
    lookup_key?: string | null;
    nickname?: string | null;
    metadata?: Stripe.Metadata;
    tax_behavior?: Stripe.Price.TaxBehavior;
  },
): Stripe.Price {
  const { recurring, unitAmountDecimal } = given;
  return {
    id,
    object: 'price',
    active: given.active ?? true,
    billing_scheme: 'per_unit',
    created,
    currency: given.currency,
    custom_unit_amount: null,
    livemode: false,
    lookup_key: given.lookup_key ?? null,
    metadata: given.metadata ?? {},
    nickname: given.nickname ?? null,
    product: given.product,
    recurring:
      recurring === undefined
        ? null
        : { ...recurring, meter: null, trial_period_days: null, usage_type: 'licensed' },
    tax_behavior: given.tax_behavior ?? 'unspecified',
    tiers_mode: null,
    transform_quantity: null,
    type: recurring === undefined ? 'one_time' : 'recurring',
    unit_amount: unitAmountDecimal.includes('.') ? null : Number(unitAmountDecimal),
    unit_amount_decimal: decimal(unitAmountDecimal),
  };
}
