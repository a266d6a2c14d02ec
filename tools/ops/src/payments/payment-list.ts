import { formatUsd } from '@modelbridge/contracts';
import type { Payment } from '@modelbridge/contracts/billing.v1';
import { readFlags } from '../arguments.js';
import { idArgument, unknownAccount } from '../ids.js';
import { opsCommand } from '../ops-command.js';
import { translating } from '../ops-error.js';

export const paymentList = opsCommand({
  usage: 'payment list --account A [--before T]',
  summary: 'Lists what was paid into an account and went back, the newest first, 100 at a time.',
  options: [
    ['--account A', 'the account (acct_...): of a person, or of a team'],
    ['--before T', 'the last transaction (txn_...) of the page before'],
  ],
  prints:
    '{accountId, payments: [{transactionId, kind, amountUsd, amountNanoUsd, createdAt, card, paymentIntentId}], hasMore}.',
  uses: ['billing'],
  async run(args, services) {
    const flags = readFlags(args, { required: ['account'], optional: ['before'] });
    const accountId = idArgument('account', flags['account'] ?? '', 'account');
    const before = flags['before'];
    const beforeTransactionId =
      before === undefined ? '' : idArgument('transaction', before, 'before');
    const { billing } = await services();
    const listed = billing.listPayments({ accountId, limit: 0, beforeTransactionId });
    const { payments, hasMore } = await translating(listed, {
      account_id: unknownAccount(accountId),
    });
    return { accountId, payments: payments.map(printedPayment), hasMore };
  },
});

function printedPayment(payment: Payment): object {
  const { cardBrand, cardLast4 } = payment;
  return {
    transactionId: payment.transactionId,
    kind: payment.kind,
    amountUsd: formatUsd(payment.amountNanoUsd),
    amountNanoUsd: payment.amountNanoUsd.toString(),
    createdAt: payment.createdAt?.toISOString() ?? null,
    card: cardLast4 === '' ? null : `${cardBrand} ending in ${cardLast4}`,
    paymentIntentId: payment.paymentIntentId || null,
  };
}
