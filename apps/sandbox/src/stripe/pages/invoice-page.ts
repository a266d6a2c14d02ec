import type { Stripe } from 'stripe';
import { accountName } from '../account-object.js';
import { spelled } from '../payments/amounts.js';
import { alert, cardFields, cardHelp, type Filled } from './card-fields.js';
import { escaped, htmlPage } from './layout.js';

export function dateOf(seconds: number): string {
  return new Date(seconds * 1_000).toLocaleDateString('en-US', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
}

const states: Record<string, string> = {
  draft: 'Draft',
  open: 'To be paid',
  paid: 'Paid',
  uncollectible: 'Uncollectible',
  void: 'Void',
};

export function stateOf({ status }: Stripe.Invoice): string {
  return states[status ?? ''] ?? '';
}

/** The invoice that a customer gets a link to, with a form where it is to be paid. */
export function invoicePage(options: {
  invoice: Stripe.Invoice;
  filled: Filled;
  problem?: string;
}): string {
  const { invoice, filled, problem } = options;
  const { currency, number } = invoice;
  const money = (amount: number): string => escaped(spelled(amount, currency));
  const row = (label: string, amount: number, kind = ''): string =>
    `<tr${kind}><th scope="row">${label}</th><td>${money(amount)}</td></tr>`;
  const lines = invoice.lines.data.map(({ description, amount }) =>
    row(escaped(description ?? 'Item'), amount),
  );
  const due =
    invoice.due_date === null ? '' : `<p class="soft">Due on ${dateOf(invoice.due_date)}</p>`;
  const form = `<form class="card" method="post" action="/stripe/invoices/${encodeURIComponent(invoice.id)}" novalidate>
${alert(problem)}
<h2>Pay with card</h2>
${cardFields(filled)}
<button>Pay ${money(invoice.amount_remaining)}</button>
${cardHelp}
</form>`;
  return htmlPage(
    `Invoice ${number ?? ''} (sandbox)`,
    `<h1>Invoice ${escaped(number ?? '')} from ${accountName}</h1>
<p class="amount">${money(invoice.amount_due)}</p>
<p><strong>${stateOf(invoice)}</strong></p>
${due}
<div class="card"><table>${lines.join('\n')}
${row('Total', invoice.total, ' class="total"')}
${row('Amount due', invoice.amount_remaining)}</table></div>
${invoice.status === 'open' ? form : ''}`,
  );
}

export function receiptPage(charge: Stripe.Charge): string {
  const { amount, amount_refunded: refunded, currency, description } = charge;
  const card = charge.payment_method_details?.card;
  const money = (value: number): string => escaped(spelled(value, currency));
  return htmlPage(
    'Receipt (sandbox)',
    `<h1>Receipt from ${accountName}</h1>
<p class="amount">${money(amount)}</p>
<p class="soft">Paid on ${dateOf(charge.created)} with ${escaped(card?.brand ?? 'card')} ending in ${escaped(card?.last4 ?? '')}</p>
<div class="card"><table>
<tr><th scope="row">${escaped(description ?? 'Payment')}</th><td>${money(amount)}</td></tr>
${refunded === 0 ? '' : `<tr><th scope="row">Refunded</th><td>${money(-refunded)}</td></tr>`}
<tr class="total"><th scope="row">Amount paid</th><td>${money(amount - refunded)}</td></tr></table></div>`,
  );
}
