import type { Stripe } from 'stripe';
import { invalidRequest, type StripeError } from '../wire/stripe-error.js';

/** Wherever somebody lives: what matters here is that there is a tax, and who bears it. */
const taxPercent = 20;

/** Where people say on a page that they live. */
export const taxAddress: Stripe.Address = {
  city: null,
  country: 'DE',
  line1: null,
  line2: null,
  postal_code: '10115',
  state: null,
};

type Behavior = Stripe.InvoiceLineItem.Tax.TaxBehavior;

/** A price that does not say it has its tax on top: the default of an account's settings. */
export function behaviorOf(price: Stripe.Price | null): Behavior {
  return price?.tax_behavior === 'inclusive' ? 'inclusive' : 'exclusive';
}

/** The tax on an amount, or in it. */
export function taxOn(amount: number, behavior: Behavior): number {
  return behavior === 'inclusive'
    ? amount - Math.round((amount * 100) / (100 + taxPercent))
    : Math.round((amount * taxPercent) / 100);
}

export function lineTax(amount: number, behavior: Behavior): Stripe.InvoiceLineItem.Tax {
  const tax = taxOn(amount, behavior);
  return {
    amount: tax,
    tax_behavior: behavior,
    tax_rate_details: null,
    taxability_reason: 'standard_rated',
    taxable_amount: behavior === 'inclusive' ? amount - tax : amount,
    type: 'tax_rate_details',
  };
}

/** The taxes of all lines, one for each behavior. */
export function totalTaxes(lines: Stripe.InvoiceLineItem[]): Stripe.Invoice.TotalTax[] {
  const sums = new Map<Behavior, Stripe.Invoice.TotalTax>();
  for (const tax of lines.flatMap(({ taxes }) => taxes ?? [])) {
    const sum = sums.get(tax.tax_behavior);
    if (sum === undefined) sums.set(tax.tax_behavior, { ...tax });
    else {
      sum.amount += tax.amount;
      sum.taxable_amount = (sum.taxable_amount ?? 0) + (tax.taxable_amount ?? 0);
    }
  }
  return [...sums.values()];
}

/** What the tax of an invoice is of: nobody knows it of a customer without an address. */
export function unknownLocation(): StripeError {
  return invalidRequest(
    "The customer's location isn't recognized. Set a valid customer address in order to automatically calculate tax.",
    { code: 'customer_tax_location_invalid' },
  );
}
