import type { Stripe } from 'stripe';
import { accountName } from '../account-object.js';
import { priceAmount } from '../catalog/price-amount.js';
import type { SessionPlan } from '../core/stripe-state.js';
import { spelled } from '../payments/amounts.js';
import { cardFields, cardHelp, alert, type Filled } from './card-fields.js';
import { escaped, htmlPage } from './layout.js';

export function checkoutPage(options: {
  session: Stripe.Checkout.Session;
  plan: SessionPlan;
  /** Of a customer that Stripe knows already: cannot be changed here. */
  knownEmail: string | null;
  filled: Filled;
  problem?: string;
}): string {
  const { session, plan, knownEmail, filled, problem } = options;
  const amount = spelled(session.amount_total ?? 0, session.currency ?? 'usd');
  const act =
    session.mode === 'setup'
      ? 'Save card'
      : session.mode === 'payment'
        ? `Pay ${amount}`
        : 'Subscribe';
  const title = session.mode === 'setup' ? 'Save a card' : `Pay ${accountName}`;
  const email = knownEmail ?? filled.email ?? session.customer_email ?? '';
  return htmlPage(
    `${title} (sandbox)`,
    `<h1>${escaped(title)}</h1>
${session.mode === 'setup' ? '' : `<p class="amount">${escaped(amount)}</p>`}
${summary(session, plan)}
<form class="card" method="post" action="/stripe/checkout/${encodeURIComponent(session.id)}" novalidate>
${alert(problem)}
<h2>Pay with card</h2>
<label>Email <input type="email" name="email" autocomplete="email" required value="${escaped(email)}"${knownEmail === null ? '' : ' readonly'}></label>
${cardFields(filled)}
${consent(session, plan)}
<button>${escaped(act)}</button>
${cardHelp}
</form>
${session.cancel_url === null ? '' : `<p><a href="${escaped(session.cancel_url)}">Cancel and go back to ${accountName}</a></p>`}`,
  );
}

function summary(session: Stripe.Checkout.Session, { lineItems }: SessionPlan): string {
  if (lineItems.length === 0) return '';
  const rows = lineItems.map(({ description, quantity, amount_total: amount, currency, price }) => {
    const then = price === null ? '' : later(price, quantity ?? 1, amount);
    const count = quantity === 1 ? '' : ` &times; ${quantity}`;
    return `<tr><th scope="row">${escaped(description ?? '')}${count}</th><td>${escaped(spelled(amount, currency))}${then}</td></tr>`;
  });
  const total = spelled(session.amount_total ?? 0, session.currency ?? 'usd');
  return `<div class="card"><table>${rows.join('\n')}
<tr class="total"><th scope="row">Total due today</th><td>${escaped(total)}</td></tr></table></div>`;
}

/** What recurs; more than today where the first period is shorter. */
function later(price: Stripe.Price, quantity: number, today: number): string {
  const { recurring, currency } = price;
  if (recurring === null) return '';
  const amount = priceAmount(price, quantity);
  const every = ` per ${period(recurring)}`;
  return amount === today ? every : `<br>then ${escaped(spelled(amount, currency))}${every}`;
}

function period({ interval, interval_count: count }: Stripe.Price.Recurring): string {
  return count === 1 ? interval : `${count} ${interval}s`;
}

function consent(session: Stripe.Checkout.Session, { paymentIntentData }: SessionPlan): string {
  const isKept =
    session.mode !== 'payment' || paymentIntentData.setup_future_usage === 'off_session';
  if (!isKept) return '';
  return `<p class="soft">You allow ${accountName} to charge your card for this and for future payments in accordance with their terms.</p>`;
}

/** A session that nobody can pay any more. */
export function endedPage(session: Stripe.Checkout.Session): string {
  const isPaid = session.status === 'complete';
  const back = isPaid ? session.success_url : session.cancel_url;
  const url = back?.replaceAll('{CHECKOUT_SESSION_ID}', session.id);
  return htmlPage(
    isPaid ? 'Paid (sandbox)' : 'Expired (sandbox)',
    `<div class="card"><h1>${isPaid ? 'This is done already' : 'This page has expired'}</h1>
<p>${isPaid ? 'There is nothing left to pay here.' : `Nothing was charged. Go back to ${accountName} to begin again.`}</p>
${url === undefined ? '' : `<p><a href="${escaped(url)}">Back to ${accountName}</a></p>`}</div>`,
  );
}

/** Stands in for the page of the cardholder's bank. */
export function authenticationPage(intent: {
  id: string;
  amount?: number;
  currency?: string;
}): string {
  const { id, amount, currency = 'usd' } = intent;
  const what =
    amount === undefined ? 'that your card is kept' : `a payment of ${spelled(amount, currency)}`;
  return htmlPage(
    'Authentication (sandbox)',
    `<form class="card" method="post" action="/stripe/authenticate/${encodeURIComponent(id)}">
<h1>3D Secure 2 test page</h1>
<p>Your bank asks whether you approve ${escaped(what)} to ${accountName}.</p>
<button name="outcome" value="complete">Complete authentication</button>
<button class="second" name="outcome" value="fail">Fail authentication</button>
</form>`,
  );
}
