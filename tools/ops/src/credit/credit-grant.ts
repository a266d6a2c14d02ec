import { invalidArgument, readFlags } from '../arguments.js';
import { idArgument, unknownAccount } from '../ids.js';
import { opsCommand } from '../ops-command.js';
import { translating } from '../ops-error.js';
import { referenceArgument } from '../references.js';
import { timeArgument } from '../times.js';
import { parseUsd } from '../usd.js';

export const creditGrant = opsCommand({
  usage: 'credit grant --account A --usd 12.50 --expires T --reference R',
  summary:
    'Grants credit that nobody paid in, once for each reference. It is spent before paid money.',
  options: [
    ['--account A', 'the account (acct_...): of a person, or of a team'],
    ['--usd X', 'how much, such as 12.50'],
    ['--expires T', 'when what is left of it is lost, such as 2027-01-31T00:00:00Z'],
    ['--reference R', 'what tells this grant from others, such as the number of a ticket'],
  ],
  prints:
    '{accountId, grantId, transactionId, amountNanoUsd, expiresAt}; the same again for a reference that was used.',
  uses: ['billing'],
  async run(args, services) {
    const flags = readFlags(args, {
      required: ['account', 'usd', 'expires', 'reference'],
      optional: [],
    });
    const accountId = idArgument('account', flags['account'] ?? '', 'account');
    const amountNanoUsd = parseUsd(flags['usd'] ?? '', 'usd');
    if (amountNanoUsd === 0n) throw invalidArgument('usd', '--usd must be more than 0');
    const expiresAt = timeArgument(flags['expires'] ?? '', 'expires');
    const reference = referenceArgument(flags['reference'] ?? '');
    const { billing } = await services();
    const granting = billing.grantCredit({
      accountId,
      amountNanoUsd,
      expiresAt,
      idempotencyKey: `operator:${accountId}:${reference}`,
    });
    const { grant } = await translating(granting, {
      account_id: unknownAccount(accountId),
      expires_at: ['expires', '--expires must lie in the future, by at most 5 years'],
      'already_exists idempotency_key': [
        'reference',
        `other credit was granted under --reference ${reference}: give a new one if this is more credit`,
      ],
    });
    if (grant === undefined) throw new Error('billing answered without a grant');
    const { grantId, transactionId } = grant;
    return {
      accountId,
      grantId,
      transactionId,
      amountNanoUsd: grant.amountNanoUsd.toString(),
      expiresAt: grant.expiresAt?.toISOString() ?? null,
    };
  },
});
