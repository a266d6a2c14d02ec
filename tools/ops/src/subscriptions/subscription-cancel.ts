import { readFlags } from '../arguments.js';
import { idArgument } from '../ids.js';
import { opsCommand } from '../ops-command.js';
import { translating } from '../ops-error.js';
import { noSubscription } from './no-subscription.js';
import { printedSubscription } from './printed-subscription.js';

export const subscriptionCancel = opsCommand({
  usage: 'subscription cancel --account A',
  summary:
    'Ends the subscription of an account at once: the account is on free. Nothing is given back: payment refund does that.',
  options: [['--account A', 'the account (acct_...): of a person, or of a team']],
  prints: 'what subscription show prints.',
  uses: ['billing'],
  async run(args, services) {
    const flags = readFlags(args, { required: ['account'], optional: [] });
    const accountId = idArgument('account', flags['account'] ?? '', 'account');
    const { billing } = await services();
    const ended = billing.cancelSubscription({ accountId });
    const { subscription } = await translating(ended, { account_id: noSubscription(accountId) });
    return printedSubscription(accountId, subscription);
  },
});
