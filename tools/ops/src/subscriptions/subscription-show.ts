import { readFlags } from '../arguments.js';
import { idArgument } from '../ids.js';
import { opsCommand } from '../ops-command.js';
import { translating } from '../ops-error.js';
import { noSubscription } from './no-subscription.js';
import { printedSubscription } from './printed-subscription.js';

export const subscriptionShow = opsCommand({
  usage: 'subscription show --account A',
  summary: 'Shows the subscription of an account as it stood when Stripe was last asked.',
  options: [['--account A', 'the account (acct_...): of a person, or of a team']],
  prints:
    '{accountId, subscriptionId, status, plan, planVersion, startsAt, endsAt, cancelsAtEnd, hasEnded}; the one that runs, else the latest.',
  uses: ['billing'],
  async run(args, services) {
    const flags = readFlags(args, { required: ['account'], optional: [] });
    const accountId = idArgument('account', flags['account'] ?? '', 'account');
    const { billing } = await services();
    const found = billing.getSubscription({ accountId });
    const { subscription } = await translating(found, { account_id: noSubscription(accountId) });
    return printedSubscription(accountId, subscription);
  },
});
