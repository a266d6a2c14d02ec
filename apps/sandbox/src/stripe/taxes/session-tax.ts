import type { Stripe } from 'stripe';
import { behaviorOf, taxOn } from './taxes.js';

/** Puts the tax on what a session sells, or finds it in there; what a subscription costs more is on its invoice. */
export function taxSession(session: Stripe.Checkout.Session, items: Stripe.LineItem[]): void {
  if (session.mode !== 'payment') return;
  let [total, taxes] = [0, 0];
  for (const item of items) {
    const behavior = behaviorOf(item.price);
    item.amount_tax = taxOn(item.amount_subtotal, behavior);
    item.amount_total = item.amount_subtotal + (behavior === 'exclusive' ? item.amount_tax : 0);
    total += item.amount_total;
    taxes += item.amount_tax;
  }
  session.amount_total = total;
  setTax(session, taxes);
}

/** What a session has cost by the invoice of its subscription. */
export function takeInvoice(session: Stripe.Checkout.Session, invoice: Stripe.Invoice): void {
  session.amount_subtotal = invoice.subtotal;
  session.amount_total = invoice.total;
  setTax(
    session,
    (invoice.total_taxes ?? []).reduce((sum, { amount }) => sum + amount, 0),
  );
}

function setTax({ total_details: details }: Stripe.Checkout.Session, tax: number): void {
  if (details !== null) details.amount_tax = tax;
}
