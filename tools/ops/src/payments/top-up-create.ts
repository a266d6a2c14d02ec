import { randomUUID } from 'node:crypto';
import { readFlags } from '../arguments.js';
import { idArgument, unknownAccount } from '../ids.js';
import { opsCommand } from '../ops-command.js';
import { translating } from '../ops-error.js';
import { parseUsd } from '../usd.js';

export const topUpCreate = opsCommand({
  usage: 'top-up create --account A --usd 25',
  summary: "Opens a page of Stripe's on which somebody can pay money into an account.",
  options: [
    ['--account A', 'the account (acct_...): of a person, or of a team'],
    ['--usd X', 'how much, from 5 to 10000, in whole cents'],
  ],
  prints: '{accountId, sessionId, url, expiresAt}.',
  uses: ['billing'],
  async run(args, services) {
    const flags = readFlags(args, { required: ['account', 'usd'], optional: [] });
    const accountId = idArgument('account', flags['account'] ?? '', 'account');
    const amountNanoUsd = parseUsd(flags['usd'] ?? '', 'usd');
    const { billing } = await services();
    const opened = billing.createTopUp({
      accountId,
      amountNanoUsd,
      idempotencyKey: `operator:${randomUUID()}`,
      saveCard: false,
    });
    const { sessionId, url, expiresAt } = await translating(opened, {
      'not_found account_id': unknownAccount(accountId),
      account_id: ['account', 'the account has 20 open payment pages: use one of them'],
      amount_nano_usd: ['usd', '--usd must be from 5 to 10000, in whole cents'],
    });
    return { accountId, sessionId, url, expiresAt: expiresAt?.toISOString() ?? null };
  },
});
