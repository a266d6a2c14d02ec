import { planNames } from '@modelbridge/contracts';
import { invalidArgument, readFlags } from '../arguments.js';
import { idArgument } from '../ids.js';
import { opsCommand } from '../ops-command.js';
import { translating } from '../ops-error.js';
import { printedAccountPlan } from '../plans/printed-plan.js';
import { noSubscription } from './no-subscription.js';

const words = planNames.filter(Boolean);

export const subscriptionChange = opsCommand({
  usage: `subscription change --account A --plan ${words.join('|')}`,
  summary:
    'Changes the plan of a subscription: at once to a larger one, once its card has paid; to a smaller one, free included, when its period ends.',
  options: [
    ['--account A', 'the account (acct_...): of a person, or of a team'],
    ['--plan P', 'the plan that it has withdraws a change that is to come'],
  ],
  prints: 'what plan show prints.',
  uses: ['billing'],
  async run(args, services) {
    const flags = readFlags(args, { required: ['account', 'plan'], optional: [] });
    const accountId = idArgument('account', flags['account'] ?? '', 'account');
    const { plan = '' } = flags;
    if (!(words as readonly string[]).includes(plan)) {
      throw invalidArgument('plan', `--plan must be one of ${words.join(', ')}`);
    }
    const { billing } = await services();
    const changed = billing.changePlan({ accountId, plan });
    const { accountPlan } = await translating(changed, {
      account_id: noSubscription(accountId),
      plan: [
        'plan',
        `the card of the account was not charged, or ${plan} is not paid by the month`,
      ],
    });
    return printedAccountPlan(accountId, accountPlan);
  },
});
