import { planNames } from '@modelbridge/contracts';
import { invalidArgument, readFlags } from '../arguments.js';
import { idArgument, unknownAccount } from '../ids.js';
import { opsCommand } from '../ops-command.js';
import { translating } from '../ops-error.js';
import { printedAccountPlan } from './printed-plan.js';

const NO_PLAN = 'none';
const words = [...planNames.filter(Boolean), NO_PLAN];

export const planSet = opsCommand({
  usage: `plan set --account A --plan ${words.join('|')}`,
  summary:
    'Moves an account to a plan: at once to a larger one, to a smaller one when its month ends.',
  options: [
    ['--account A', 'the account (acct_...): of a person, or of a team'],
    [
      '--plan P',
      `${NO_PLAN} has no rate limits; the plan that it has withdraws a change that is to come`,
    ],
  ],
  prints: 'what plan show prints.',
  uses: ['billing'],
  async run(args, services) {
    const flags = readFlags(args, { required: ['account', 'plan'], optional: [] });
    const accountId = idArgument('account', flags['account'] ?? '', 'account');
    const { plan = '' } = flags;
    if (!words.includes(plan)) {
      throw invalidArgument('plan', `--plan must be one of ${words.join(', ')}`);
    }
    const { billing } = await services();
    const set = billing.setPlan({ accountId, plan: plan === NO_PLAN ? '' : plan });
    const { accountPlan } = await translating(set, { account_id: unknownAccount(accountId) });
    return printedAccountPlan(accountId, accountPlan);
  },
});
