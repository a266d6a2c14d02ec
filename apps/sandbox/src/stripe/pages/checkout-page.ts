import type { Stripe } from 'stripe';
import { accountName } from '../account-object.js';
import type { SessionPlan } from '../core/stripe-state.js';
import { spelled } from '../payments/amounts.js';
import { escaped, htmlPage } from './layout.js';

/** What the form shows again after a mistake. The card's number and code never come back. */
export interface Filled {
  email?: string;
  name?: string;
  expiry?: string;
}

const cards: [number: string, effect: string][] = [
  ['4242 4242 4242 4242', 'is charged'],
  ['4000 0000 0000 0002', 'is declined'],
  ['4000 0025 0000 3155', 'asks for authentication'],
  ['4000 0000 0000 0259', 'is charged, and the charge disputed'],
  ['4000 0000 0000 0341', 'can be kept, and is declined when charged'],
];

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
${problem === undefined ? '' : `<p role="alert">${escaped(problem)}</p>`}
<h2>Pay with card</h2>
<label>Email <input type="email" name="email" autocomplete="email" required value="${escaped(email)}"${knownEmail === null ? '' : ' readonly'}></label>
<label>Card number <input name="number" inputmode="numeric" autocomplete="cc-number" placeholder="1234 1234 1234 1234" required maxlength="23"></label>
<div class="pair">
<label>Expiration <input name="expiry" inputmode="numeric" autocomplete="cc-exp" placeholder="MM / YY" required maxlength="9" value="${escaped(filled.expiry ?? '')}"></label>
<label>Security code <input name="cvc" inputmode="numeric" autocomplete="cc-csc" placeholder="CVC" required maxlength="4"></label>
</div>
<label>Name on card <input name="name" autocomplete="cc-name" required maxlength="200" value="${escaped(filled.name ?? '')}"></label>
${consent(session, plan)}
<button>${escaped(act)}</button>
<details><summary>Test cards</summary>
<p>With any expiration in the future and any security code:</p>
<ul>${cards.map(([number, effect]) => `<li><code>${number}</code> ${effect}</li>`).join('\n')}</ul></details>
</form>
${session.cancel_url === null ? '' : `<p><a href="${escaped(session.cancel_url)}">Cancel and go back to ${accountName}</a></p>`}`,
  );
}

function summary(session: Stripe.Checkout.Session, { lineItems }: SessionPlan): string {
  if (lineItems.length === 0) return '';
  const rows = lineItems.map(({ description, quantity, amount_total: amount, currency, price }) => {
    const { recurring = null } = price ?? {};
    const every = recurring === null ? '' : ` per ${period(recurring)}`;
    const count = quantity === 1 ? '' : ` &times; ${quantity}`;
    return `<tr><th scope="row">${escaped(description ?? '')}${count}</th><td>${escaped(spelled(amount, currency))}${every}</td></tr>`;
  });
  const total = spelled(session.amount_total ?? 0, session.currency ?? 'usd');
  return `<div class="card"><table>${rows.join('\n')}
<tr class="total"><th scope="row">Total due today</th><td>${escaped(total)}</td></tr></table></div>`;
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
