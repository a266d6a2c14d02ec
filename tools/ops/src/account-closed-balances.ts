import { formatUsd } from '@modelbridge/contracts';
import { readFlags } from './arguments.js';
import { opsCommand } from './ops-command.js';

export const accountClosedBalances = opsCommand({
  usage: 'account closed-balances [--after ACCOUNT_ID]',
  summary:
    'Shows accounts that are closed or erased and in whose books something is left: payment refund gives a balance back.',
  options: [['--after ACCOUNT_ID', 'from the account after this one on']],
  prints:
    '{accounts: [{accountId, balanceUsd, balanceNanoUsd, debtNanoUsd, disputedNanoUsd, closedAt, erasedAt}], hasMore}, 100 at most, by id.',
  uses: ['billing'],
  async run(args, services) {
    const { after = '' } = readFlags(args, { required: [], optional: ['after'] });
    const { billing } = await services();
    const { accounts, hasMore } = await billing.listClosedBalances({ afterAccountId: after });
    return {
      accounts: accounts.map((account) => ({
        accountId: account.accountId,
        balanceUsd: formatUsd(account.balanceNanoUsd),
        balanceNanoUsd: account.balanceNanoUsd.toString(),
        debtNanoUsd: account.debtNanoUsd.toString(),
        disputedNanoUsd: account.disputedNanoUsd.toString(),
        closedAt: account.closedAt?.toISOString() ?? null,
        erasedAt: account.erasedAt?.toISOString() ?? null,
      })),
      hasMore,
    };
  },
});
