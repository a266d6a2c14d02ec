import { readFlags } from '../arguments.js';
import { idArgument, unknownAccount } from '../ids.js';
import { opsCommand } from '../ops-command.js';
import { translating } from '../ops-error.js';
import { printedAccountPlan } from './printed-plan.js';

export const planShow = opsCommand({
  usage: 'plan show --account A',
  summary: 'Shows the plan of an account, what it changes to, and how the account pays.',
  options: [['--account A', 'the account (acct_...): of a person, or of a team']],
  prints:
    '{accountId, plan, periodStartsAt, periodEndsAt, nextPlan, billingMode, creditLineUsd, ...}.',
  uses: ['billing'],
  async run(args, services) {
    const flags = readFlags(args, { required: ['account'], optional: [] });
    const accountId = idArgument('account', flags['account'] ?? '', 'account');
    const { billing } = await services();
    const found = billing.getAccountPlan({ accountId });
    const { accountPlan } = await translating(found, { account_id: unknownAccount(accountId) });
    return printedAccountPlan(accountId, accountPlan);
  },
});
