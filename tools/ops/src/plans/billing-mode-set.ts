import { BillingMode } from '@modelbridge/contracts/billing.v1';
import { invalidArgument, readFlags } from '../arguments.js';
import { idArgument, unknownAccount } from '../ids.js';
import { opsCommand } from '../ops-command.js';
import { translating } from '../ops-error.js';
import { parseUsd } from '../usd.js';
import { printedAccountPlan } from './printed-plan.js';

const modes: Record<string, BillingMode> = {
  prepaid: BillingMode.PREPAID,
  invoice: BillingMode.INVOICE,
};

export const billingModeSet = opsCommand({
  usage: 'billing-mode set --account A --mode prepaid|invoice [--credit-line-usd X]',
  summary: 'Says how an account pays: in advance, or by a monthly invoice within a credit line.',
  options: [
    ['--account A', 'the account (acct_...): of a person, or of a team'],
    ['--mode M', 'prepaid, only while the balance is not below zero; or invoice'],
    ['--credit-line-usd X', 'with invoice: how far the balance may go below zero, such as 500'],
  ],
  prints: 'what plan show prints.',
  uses: ['billing'],
  async run(args, services) {
    const flags = readFlags(args, {
      required: ['account', 'mode'],
      optional: ['credit-line-usd'],
    });
    const accountId = idArgument('account', flags['account'] ?? '', 'account');
    const { mode: word = '', credit_line_usd: line } = flags;
    const mode = Object.hasOwn(modes, word) ? modes[word] : undefined;
    if (mode === undefined) throw invalidArgument('mode', '--mode must be prepaid or invoice');
    if ((mode === BillingMode.INVOICE) !== (line !== undefined)) {
      throw invalidArgument(
        'credit_line_usd',
        'give --credit-line-usd with --mode invoice, and only there',
      );
    }
    const creditLineNanoUsd = line === undefined ? 0n : parseUsd(line, 'credit_line_usd');
    const { billing } = await services();
    const set = billing.setBillingMode({ accountId, mode, creditLineNanoUsd });
    const { accountPlan } = await translating(set, {
      account_id: unknownAccount(accountId),
      mode: [
        'mode',
        'the balance is below zero: what it owes has to be paid before the account can be prepaid',
      ],
      limit_nano_usd: [
        'credit_line_usd',
        'more than this is used already: give at least what the balance is below zero',
      ],
    });
    return printedAccountPlan(accountId, accountPlan);
  },
});
