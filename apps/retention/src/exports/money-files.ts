import type {
  AccountPlan,
  GetCreditsResponse,
  Invoice,
  InvoiceLine,
  Limit,
  Payment,
} from '@modelbridge/contracts/billing.v1';
import type { Team } from '@modelbridge/contracts/teams.v1';
import { word, iso, jsonLines, jsonObject, orNull, type ArchiveFile } from './archive-file.js';
import { keysOn } from './own-keys.js';
import { byLast } from './pages.js';
import type { PersonSources } from './person-sources.js';

const mostPerPage = 100;
const nano = 'in billionths of a US dollar';

interface LineOf {
  invoice: Invoice;
  line: InvoiceLine;
}

const creditFields = [
  {
    name: 'balance_nano_usd',
    about: `What is left of paid-in money, ${nano}.`,
    value: (one: GetCreditsResponse) => one.balanceNanoUsd.toString(),
  },
  {
    name: 'granted_nano_usd',
    about: 'What is left of granted credit.',
    value: (one: GetCreditsResponse) => one.grantedNanoUsd.toString(),
  },
  {
    name: 'held_nano_usd',
    about: 'Set aside for requests that run.',
    value: (one: GetCreditsResponse) => one.heldNanoUsd.toString(),
  },
  {
    name: 'spent_nano_usd',
    about: 'Charged since the account was opened.',
    value: (one: GetCreditsResponse) => one.spentNanoUsd.toString(),
  },
  {
    name: 'next_expiry_at',
    about: 'When the next of the granted credit expires.',
    value: (one: GetCreditsResponse) => iso(one.nextExpiryAt),
  },
  {
    name: 'next_expiry_nano_usd',
    about: 'How much then, unless it is spent.',
    value: (one: GetCreditsResponse) => one.nextExpiryNanoUsd.toString(),
  },
];

const planFields = [
  {
    name: 'plan',
    about: 'free, pro, team or enterprise.',
    value: (one: AccountPlan) => orNull(one.plan?.name),
  },
  {
    name: 'period_starts_at',
    about: 'Of the month that is paid for.',
    value: (one: AccountPlan) => iso(one.periodStartsAt),
  },
  { name: 'period_ends_at', about: 'Its end.', value: (one: AccountPlan) => iso(one.periodEndsAt) },
  {
    name: 'next_plan',
    about: 'What follows it, where that is another.',
    value: (one: AccountPlan) => orNull(one.nextPlan?.name),
  },
  {
    name: 'billing_mode',
    about: 'prepaid or invoiced.',
    value: (one: AccountPlan) => word(one.billingMode, 'BILLING_MODE_'),
  },
  {
    name: 'credit_line_nano_usd',
    about: 'How far the balance may go below zero.',
    value: (one: AccountPlan) => one.creditLineNanoUsd.toString(),
  },
];

const limitFields = [
  {
    name: 'scope',
    about: 'account, member or key.',
    value: (one: Limit) => word(one.scope, 'LIMIT_SCOPE_'),
  },
  { name: 'scope_id', about: 'Of what.', value: (one: Limit) => one.scopeId },
  {
    name: 'period',
    about: 'total, month, week or day.',
    value: (one: Limit) => word(one.period, 'LIMIT_PERIOD_'),
  },
  {
    name: 'limit_nano_usd',
    about: `The most that may be spent, ${nano}.`,
    value: (one: Limit) => one.limitNanoUsd.toString(),
  },
  {
    name: 'used_nano_usd',
    about: 'What of it is spent.',
    value: (one: Limit) => one.usedNanoUsd.toString(),
  },
  {
    name: 'held_nano_usd',
    about: 'What of it is set aside.',
    value: (one: Limit) => one.heldNanoUsd.toString(),
  },
  { name: 'resets_at', about: 'When it begins anew.', value: (one: Limit) => iso(one.resetsAt) },
];

const paymentFields = [
  {
    name: 'transaction_id',
    about: 'Of ModelBridge’s ledger.',
    value: (one: Payment) => one.transactionId,
  },
  { name: 'created_at', about: 'When.', value: (one: Payment) => iso(one.createdAt) },
  { name: 'kind', about: 'payment, refund, dispute and so on.', value: (one: Payment) => one.kind },
  {
    name: 'amount_nano_usd',
    about: `${nano}; negative for money that went back.`,
    value: (one: Payment) => one.amountNanoUsd.toString(),
  },
  { name: 'card_brand', about: 'Of the card.', value: (one: Payment) => orNull(one.cardBrand) },
  {
    name: 'card_last4',
    about: 'Its last digits: no more of it is known here.',
    value: (one: Payment) => orNull(one.cardLast4),
  },
  {
    name: 'payment_intent_id',
    about: 'The payment at Stripe.',
    value: (one: Payment) => orNull(one.paymentIntentId),
  },
];

const invoiceFields = [
  { name: 'invoice_id', about: 'The invoice.', value: (one: Invoice) => one.invoiceId },
  { name: 'number', about: 'As it is printed.', value: (one: Invoice) => one.number },
  { name: 'month', about: 'The first day of the month.', value: (one: Invoice) => one.month },
  { name: 'issued_at', about: 'When it was made.', value: (one: Invoice) => iso(one.issuedAt) },
  {
    name: 'state',
    about: 'settled, unsent, open or paid.',
    value: (one: Invoice) => word(one.state, 'INVOICE_STATE_'),
  },
  {
    name: 'charged_nano_usd',
    about: `The sum of its lines, ${nano}.`,
    value: (one: Invoice) => one.chargedNanoUsd.toString(),
  },
  {
    name: 'granted_nano_usd',
    about: 'What of it granted credit has paid.',
    value: (one: Invoice) => one.grantedNanoUsd.toString(),
  },
  {
    name: 'owed_nano_usd',
    about: 'Owed up to the month’s end, beyond earlier invoices.',
    value: (one: Invoice) => one.owedNanoUsd.toString(),
  },
  {
    name: 'due_cents',
    about: 'Collected of it, in US cents.',
    value: (one: Invoice) => one.dueCents.toString(),
  },
];

const lineFields = [
  {
    name: 'invoice_id',
    about: 'The invoice that it is of.',
    value: ({ invoice }: LineOf) => invoice.invoiceId,
  },
  { name: 'month', about: 'Of the charges.', value: ({ line }: LineOf) => line.month },
  { name: 'user_id', about: 'Who asked.', value: ({ line }: LineOf) => line.userId },
  { name: 'model', about: 'What was asked.', value: ({ line }: LineOf) => orNull(line.model) },
  { name: 'requests', about: 'How often.', value: ({ line }: LineOf) => Number(line.requests) },
  {
    name: 'input_tokens',
    about: 'Of all classes.',
    value: ({ line }: LineOf) => Number(line.inputTokens),
  },
  {
    name: 'output_tokens',
    about: 'Of the replies.',
    value: ({ line }: LineOf) => Number(line.outputTokens),
  },
  {
    name: 'charged_nano_usd',
    about: nano + '.',
    value: ({ line }: LineOf) => line.chargedNanoUsd.toString(),
  },
  {
    name: 'granted_nano_usd',
    about: 'What of it granted credit has paid.',
    value: ({ line }: LineOf) => line.grantedNanoUsd.toString(),
  },
];

/** What a person has paid and owes. */
export function moneyFiles(sources: PersonSources, teams: readonly Team[]): ArchiveFile[] {
  const { billing, userId, accountId, asked } = sources;
  const account = { accountId, actorUserId: userId };
  const payments = (): AsyncGenerator<Payment> =>
    byLast<Payment>(mostPerPage, async (last) => {
      const beforeTransactionId = last?.transactionId ?? '';
      const page = { ...account, limit: mostPerPage, beforeTransactionId };
      return (await billing.listPayments(page, asked)).payments;
    });
  const invoices = (): AsyncGenerator<Invoice> =>
    byLast<Invoice>(mostPerPage, async (last) => {
      const page = { ...account, limit: mostPerPage, beforeMonth: last?.month ?? '' };
      return (await billing.listInvoices(page, asked)).invoices;
    });
  async function* lines(): AsyncGenerator<LineOf> {
    for await (const invoice of invoices()) {
      const { invoiceId } = invoice;
      const found = await billing.getInvoice({ ...account, invoiceId }, asked);
      for (const line of found.lines) yield { invoice, line };
    }
  }
  /** Those that their keys meet, each once; of a team's as far as they may see them. */
  async function* limits(): AsyncGenerator<Limit> {
    const told = new Set<string>();
    for (const one of [accountId, ...teams.map((team) => team.accountId)]) {
      for await (const { keyId } of keysOn(sources, one)) {
        const met = { accountId: one, actorUserId: userId, userId, keyId };
        const found = await billing.getLimits(met, asked);
        for (const limit of found.limits) {
          const which = `${limit.scope} ${limit.scopeId} ${limit.period}`;
          if (!told.has(which)) yield limit;
          told.add(which);
        }
      }
    }
  }
  return [
    jsonObject('credits.json', 'The money of your account.', creditFields, () =>
      billing.getCredits(account, asked),
    ),
    jsonObject(
      'plan.json',
      'What you have subscribed to.',
      planFields,
      async () => (await billing.getAccountPlan(account, asked)).accountPlan,
    ),
    jsonLines(
      'limits.jsonl',
      'The spending limits that your keys meet, in teams too.',
      limitFields,
      limits,
    ),
    jsonLines(
      'payments.jsonl',
      'Money that came in and went back, newest first.',
      paymentFields,
      payments,
    ),
    jsonLines('invoices.jsonl', 'Your invoices, newest first.', invoiceFields, invoices),
    jsonLines('invoice-lines.jsonl', 'What they are made of.', lineFields, lines),
  ];
}
