import type { Stripe } from 'stripe';
import { accountName } from '../account-object.js';
import { alert, cardFields, cardHelp } from '../pages/card-fields.js';
import { dateOf, stateOf } from '../pages/invoice-page.js';
import { escaped, htmlPage } from '../pages/layout.js';
import { spelled } from '../payments/amounts.js';

/** What a customer sees of what they have, and may change. */
export function portalPage(options: {
  session: Stripe.BillingPortal.Session;
  subscriptions: { subscription: Stripe.Subscription; names: string[] }[];
  card: Stripe.PaymentMethod | undefined;
  invoices: Stripe.Invoice[];
  problem?: string;
}): string {
  const { session, subscriptions, card, invoices, problem } = options;
  const plans = subscriptions.map(({ subscription, names }) => planCard(subscription, names));
  const back =
    session.return_url === null
      ? ''
      : `<p><a href="${escaped(session.return_url)}">Back to ${accountName}</a></p>`;
  return htmlPage(
    'Billing (sandbox)',
    `<h1>Your billing with ${accountName}</h1>
${back}
<h2>Plan</h2>
${plans.length === 0 ? '<p class="card">No plan.</p>' : plans.join('\n')}
<h2>Card</h2>
<div class="card">
${alert(problem)}
<p>${cardText(card)}</p>
<details${problem === undefined ? '' : ' open'}><summary>Use another card</summary>
<form method="post" novalidate>
<input type="hidden" name="act" value="card">
${cardFields({})}
<button>Save card</button>
${cardHelp}
</form></details></div>
<h2>Invoices</h2>
<div class="card">${invoiceTable(invoices)}</div>`,
    'wide',
  );
}

function planCard(subscription: Stripe.Subscription, names: string[]): string {
  const [item] = subscription.items.data;
  const items = subscription.items.data.map(({ price, quantity = 1 }, index) => {
    const amount = spelled((price.unit_amount ?? 0) * quantity, price.currency);
    const interval = price.recurring?.interval ?? '';
    return `<p><strong>${escaped(names[index] ?? '')}</strong>, ${escaped(amount)} per ${interval}</p>`;
  });
  const end = dateOf(item?.current_period_end ?? 0);
  const isEnding = subscription.cancel_at_period_end;
  const [act, label] = isEnding ? ['keep', 'Keep the plan'] : ['cancel', 'Cancel the plan'];
  return `<form class="card" method="post">
${items.join('\n')}
<p class="soft">${isEnding ? 'Ends' : 'Renews'} on ${end}${subscription.status === 'active' ? '' : ` (${subscription.status.replaceAll('_', ' ')})`}</p>
<input type="hidden" name="subscription" value="${escaped(subscription.id)}">
<button class="second small" name="act" value="${act}">${label}</button>
</form>`;
}

function cardText(method: Stripe.PaymentMethod | undefined): string {
  const { card } = method ?? {};
  if (card === undefined) return 'No card.';
  return `${escaped(card.brand)} ending in ${escaped(card.last4)}, expires ${card.exp_month}/${card.exp_year}`;
}

function invoiceTable(invoices: Stripe.Invoice[]): string {
  if (invoices.length === 0) return '<p>None yet.</p>';
  const rows = invoices.map((invoice) => {
    const number = escaped(invoice.number ?? 'Draft');
    const url = invoice.hosted_invoice_url;
    const link = url ? `<a href="${escaped(url)}">${number}</a>` : number;
    const total = escaped(spelled(invoice.total, invoice.currency));
    return `<tr><th scope="row">${link}</th><td>${dateOf(invoice.created)}</td><td>${stateOf(invoice)}</td><td>${total}</td></tr>`;
  });
  return `<table><thead><tr><th scope="col">Invoice</th><th scope="col">Date</th><th scope="col">State</th><th scope="col">Total</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table>`;
}
