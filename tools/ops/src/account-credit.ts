import { readFlags, invalidArgument } from './arguments.js';
import { idArgument, unknownAccount } from './ids.js';
import { opsCommand } from './ops-command.js';
import { translating } from './ops-error.js';
import { referenceArgument } from './references.js';
import { parseUsd } from './usd.js';

export const accountCredit = opsCommand({
  usage: 'account credit --account A --usd 12.50 --reference R',
  summary: 'Adds money that was paid in, once for each reference.',
  options: [
    ['--account A', 'the account (acct_...): of a person, or of a team'],
    ['--usd X', 'how much, such as 12.50'],
    ['--reference R', 'what tells this payment from others, such as that of the bank transfer'],
  ],
  prints:
    '{accountId, transactionId, balanceNanoUsd}; the same again for a reference that was used.',
  uses: ['billing'],
  async run(args, services) {
    const flags = readFlags(args, { required: ['account', 'usd', 'reference'], optional: [] });
    const accountId = idArgument('account', flags['account'] ?? '', 'account');
    const amountNanoUsd = parseUsd(flags['usd'] ?? '', 'usd');
    if (amountNanoUsd === 0n) throw invalidArgument('usd', '--usd must be more than 0');
    const reference = referenceArgument(flags['reference'] ?? '');
    const { billing } = await services();
    const credit = billing.creditAccount({
      accountId,
      amountNanoUsd,
      idempotencyKey: `operator:${accountId}:${reference}`,
      source: 'operator',
    });
    const { transactionId, balanceNanoUsd } = await translating(credit, {
      account_id: unknownAccount(accountId),
      'already_exists idempotency_key': [
        'reference',
        `another amount was added under --reference ${reference}: give a new one if this is another payment`,
      ],
    });
    return { accountId, transactionId, balanceNanoUsd: balanceNanoUsd.toString() };
  },
});
