import { idFromUuid, uuidOf } from '@modelbridge/contracts';
import { InvoiceState, type Invoice } from '@modelbridge/contracts/billing.v1';
import type Stripe from 'stripe';
import type { AccountYear } from './account-year.js';
import type { BillingYear } from './billing-year.js';

const nanoOf = (cents: number | bigint): bigint => BigInt(cents) * 10_000_000n;
const ofIntent = (id: string | { id: string } | null | undefined): string =>
  typeof id === 'string' ? id : (id?.id ?? '');

async function all<T>(listed: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of listed) found.push(one);
  return found;
}

/** Cents that are left of a customer's payments, as Stripe's own lists have them. */
interface PaidIn {
  balance: number;
  plans: number;
}

/** The books of a year at Stripe, read from its lists alone. */
class StripeBooks {
  readonly paidIn = new Map<string, PaidIn>();
  /** Stripe's invoices of ours, by our id. */
  readonly invoices = new Map<string, Stripe.Invoice[]>();
  movedCents = 0;

  static async read(stripe: Stripe): Promise<StripeBooks> {
    const books = new StripeBooks();
    const limit = 100;
    const invoices = new Map((await all(stripe.invoices.list({ limit }))).map((i) => [i.id, i]));
    for (const invoice of invoices.values()) {
      const ours = invoice.metadata?.['modelbridge_invoice'];
      if (ours === undefined) continue;
      books.invoices.set(ours, [...(books.invoices.get(ours) ?? []), invoice]);
    }
    const invoiceOf = new Map(
      (await all(stripe.invoicePayments.list({ limit }))).map(({ payment, invoice }) => [
        ...[ofIntent(payment.payment_intent), invoices.get(ofIntent(invoice))],
      ]) as [string, Stripe.Invoice | undefined][],
    );
    const left = new Map<string, number>();
    const take = (id: string, cents: number) => left.set(id, (left.get(id) ?? 0) + cents);
    const intents = await all(stripe.paymentIntents.list({ limit }));
    for (const { id, amount_received: amount } of intents) take(id, amount);
    for (const { status, amount, payment_intent: of } of await all(
      stripe.refunds.list({ limit }),
    )) {
      if (status !== 'failed' && status !== 'canceled') take(ofIntent(of), -amount);
    }
    for (const { status, amount, payment_intent: of } of await all(
      stripe.disputes.list({ limit }),
    )) {
      if (status !== 'won') take(ofIntent(of), -amount);
    }
    for (const { id, customer } of intents) {
      const isForPlan = Boolean(invoiceOf.get(id)?.parent?.subscription_details);
      const paid = books.paidIn.get(ofIntent(customer)) ?? { balance: 0, plans: 0 };
      paid[isForPlan ? 'plans' : 'balance'] += left.get(id) ?? 0;
      books.paidIn.set(ofIntent(customer), paid);
    }
    for (const { amount } of await all(stripe.balanceTransactions.list({ limit }))) {
      books.movedCents += amount;
    }
    return books;
  }
}

interface LedgerRow {
  accountId: string;
  /** What is in the balance less what is owed, what was charged in all, and what of it granted credit paid. */
  balance: bigint;
  charged: bigint;
  granted: bigint;
}

/** What is not the same in the ledger, on the invoices, at Stripe and in what was used, in words: nothing where all agree. */
export async function differencesOf({ stack, stripe, accounts }: BillingYear): Promise<string[]> {
  const { database } = stack.billing;
  const theirs = await StripeBooks.read(stripe);
  const ledger = new Map(
    (
      await database.query<LedgerRow>(
        `SELECT l.account_id AS "accountId",
           coalesce(sum(CASE WHEN l.kind IN ('customer', 'receivable', 'disputed') THEN l.credits_nano_usd - l.debits_nano_usd END), 0)::int8 AS balance,
           coalesce(sum(t.charged), 0)::int8 AS charged,
           coalesce(sum(t.charged) FILTER (WHERE l.kind = 'granted_credit'), 0)::int8 AS granted
         FROM ledger_account l
         LEFT JOIN (SELECT debit_account, sum(amount_nano_usd) AS charged FROM ledger_transfer
                    WHERE kind IN ('charge', 'granted_charge') GROUP BY 1) t ON t.debit_account = l.id
         WHERE l.account_id IS NOT NULL GROUP BY 1`,
      )
    ).map((row) => [idFromUuid('account', row.accountId), row]),
  );
  const found: string[] = [];
  for (const account of accounts) {
    found.push(...(await differencesOfAccount(account, ledger, theirs, stack)));
  }
  const [cash] = await database.query<{ moved: bigint }>(
    `SELECT (debits_nano_usd - credits_nano_usd)::int8 AS moved FROM ledger_account WHERE kind = 'cash'`,
  );
  compare(found, 'cash', cash?.moved, nanoOf(theirs.movedCents));
  return found;
}

async function differencesOfAccount(
  account: AccountYear,
  ledger: ReadonlyMap<string, LedgerRow>,
  theirs: StripeBooks,
  { billing, client }: BillingYear['stack'],
): Promise<string[]> {
  const found: string[] = [];
  const { accountId } = account.who.owner;
  const { invoices } = await client.listInvoices({ accountId, limit: 0, beforeMonth: '' });
  const used = await usedBy(account, billing.database);
  found.push(...used.faults);
  let [charged, granted] = [0n, 0n];
  for (const invoice of invoices) {
    const what = `${accountId} ${invoice.number}`;
    const { lines } = await client.getInvoice({ accountId, invoiceId: invoice.invoiceId });
    const expected = used.byInvoice.get(invoice.month) ?? new Map<string, bigint>();
    used.byInvoice.delete(invoice.month);
    for (const { month, userId, model, chargedNanoUsd } of lines) {
      const key = `${month} ${userId} ${model}`;
      compare(found, `${what} ${key}`, chargedNanoUsd, expected.get(key));
      expected.delete(key);
    }
    if (expected.size > 0) found.push(`${what} has no line for ${[...expected.keys()].join(', ')}`);
    const sum = lines.reduce((total, line) => total + line.chargedNanoUsd, 0n);
    compare(found, `${what} sum of lines`, sum, invoice.chargedNanoUsd);
    charged += invoice.chargedNanoUsd;
    granted += invoice.grantedNanoUsd;
    found.push(...sentDifferences(what, invoice, theirs));
  }
  if (used.byInvoice.size > 0) {
    found.push(`${accountId} has no invoice for ${[...used.byInvoice.keys()].join(', ')}`);
  }
  const booked = ledger.get(accountId);
  compare(found, `${accountId} charged`, booked?.charged, charged);
  compare(found, `${accountId} granted`, booked?.granted, granted);
  const paid = theirs.paidIn.get(account.who.customer) ?? { balance: 0, plans: 0 };
  const balance = nanoOf(paid.balance) - (charged - granted);
  compare(found, `${accountId} balance`, booked?.balance, balance);
  const [plans] = await billing.database.query<{ paid: bigint }>(
    `SELECT coalesce(sum(amount_nano_usd), 0)::int8 AS paid FROM payment
     WHERE account_id = $1 AND source LIKE 'plan\\_%'`,
    [uuidOf('account', accountId)],
  );
  compare(found, `${accountId} plans`, plans?.paid, nanoOf(paid.plans));
  return found;
}

/** Of one invoice that Stripe collects: the same cents there, once, and paid there if and only if it is here. */
function sentDifferences(
  what: string,
  { invoiceId, dueCents, owedNanoUsd, state }: Invoice,
  theirs: StripeBooks,
): string[] {
  const found: string[] = [];
  const sent = theirs.invoices.get(uuidOf('invoice', invoiceId)) ?? [];
  compare(found, `${what} at Stripe`, BigInt(sent.length), dueCents > 0n ? 1n : 0n);
  const rest = owedNanoUsd - nanoOf(dueCents);
  const most = dueCents > 0n ? nanoOf(1) : nanoOf(50);
  if (rest < 0n || rest >= most) found.push(`${what} leaves ${rest} of ${owedNanoUsd}`);
  for (const { total, amount_paid: paid } of sent) {
    compare(found, `${what} total`, BigInt(total), dueCents);
    compare(found, `${what} paid`, BigInt(paid), state === InvoiceState.PAID ? dueCents : 0n);
  }
  return found;
}

/** What was charged of what the account used, by the invoice that it has to be on and by line. */
async function usedBy(account: AccountYear, database: BillingYear['stack']['billing']['database']) {
  const rows = await database.query<{ id: string; charged: bigint; overrun: bigint }>(
    `SELECT request_id AS id, charged_nano_usd AS charged, overrun_nano_usd AS overrun FROM charge WHERE account_id = $1`,
    [uuidOf('account', account.who.owner.accountId)],
  );
  const charges = new Map(rows.map((row) => [idFromUuid('request', row.id), row]));
  const byInvoice = new Map<string, Map<string, bigint>>();
  const faults: string[] = [];
  for (const { request, invoiceMonth } of account.used) {
    const { requestId, userId, model, startedAt, costNanoUsd } = request;
    const { charged = 0n, overrun = 0n } = charges.get(requestId) ?? {};
    charges.delete(requestId);
    compare(faults, requestId, charged + overrun, BigInt(costNanoUsd));
    const lines = byInvoice.get(invoiceMonth) ?? new Map<string, bigint>();
    const key = `${startedAt.slice(0, 7)}-01 ${userId} ${model}`;
    byInvoice.set(invoiceMonth, lines.set(key, (lines.get(key) ?? 0n) + charged));
  }
  if (charges.size > 0) faults.push(`${charges.size} charges of nothing that was used`);
  return { byInvoice, faults };
}

function compare(found: string[], what: string, here: unknown, there: unknown): void {
  if (here !== there) found.push(`${what}: ${String(here)} is not ${String(there)}`);
}
