import { formatUsd } from '@modelbridge/contracts';
import type { Account } from '@modelbridge/contracts/billing.v1';
import { readFlags } from './arguments.js';
import type { Services } from './connection/services.js';
import { idArgument, unknownAccount } from './ids.js';
import { opsCommand } from './ops-command.js';
import { translating } from './ops-error.js';

type Billing = Services['billing'];

function freezeCommand(
  word: 'freeze' | 'unfreeze',
  summary: string,
  call: (billing: Billing, accountId: string) => Promise<{ account?: Account | undefined }>,
) {
  return opsCommand({
    usage: `account ${word} --account A`,
    summary,
    options: [['--account A', 'the account (acct_...): of a person, or of a team']],
    prints:
      '{accountId, frozen, frozenByOperator, owedUsd, disputedUsd}: a debt or a dispute freezes an account too.',
    uses: ['billing'],
    async run(args, services) {
      const flags = readFlags(args, { required: ['account'], optional: [] });
      const accountId = idArgument('account', flags['account'] ?? '', 'account');
      const { billing } = await services();
      const { account } = await translating(call(billing, accountId), {
        account_id: unknownAccount(accountId),
      });
      if (account === undefined) throw new Error('billing answered without an account');
      return {
        accountId,
        frozen: account.frozen,
        frozenByOperator: account.frozenByOperator,
        owedUsd: formatUsd(account.receivableNanoUsd),
        disputedUsd: formatUsd(account.disputedNanoUsd),
      };
    },
  });
}

export const accountFreeze = freezeCommand(
  'freeze',
  'Lets an account spend nothing more until it is unfrozen.',
  (billing, accountId) => billing.freezeAccount({ accountId }),
);

export const accountUnfreeze = freezeCommand(
  'unfreeze',
  'Takes back a freeze of an operator; a debt or a dispute keeps an account frozen.',
  (billing, accountId) => billing.unfreezeAccount({ accountId }),
);
