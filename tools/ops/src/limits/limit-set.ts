import { limitPeriodCodes, limitScopeCodes } from '@modelbridge/contracts/limits';
import { readFlags } from '../arguments.js';
import { opsCommand } from '../ops-command.js';
import { translating } from '../ops-error.js';
import { parseUsd } from '../usd.js';
import { limitOwner } from './limit-owner.js';
import { periodsHelp, periodWords, scopeWords, selectorOptions } from './limit-scopes.js';
import { limitPeriod, limitSelector } from './limit-selector.js';
import { printedAmounts } from './printed-limit.js';
import { unknownAccount } from './unknown-account.js';

const NO_LIMIT = 'none';

export const limitSet = opsCommand({
  usage: `limit set --scope ${scopeWords} --id ID [--account A] --usd X|none --period ${periodWords}`,
  summary: 'Sets or removes one hard spending limit.',
  options: [
    ...selectorOptions,
    [
      '--usd X',
      `the most that may be spent in a period, such as 12.50; ${NO_LIMIT} removes the limit`,
    ],
    ['--period P', `${periodsHelp}; each a limit of its own`],
  ],
  prints:
    '{accountId, scope, id, period, limit: {limitUsd, usedUsd, heldUsd, ... resetsAt}}; limit is null once removed.',
  uses: ['auth', 'billing'],
  async run(args, services) {
    const flags = readFlags(args, {
      required: ['scope', 'id', 'usd', 'period'],
      optional: ['account'],
    });
    const selector = limitSelector(flags);
    const { scope, id } = selector;
    const period = limitPeriod(scope, flags['period'] ?? '');
    const usd = flags['usd'] ?? '';
    const limitNanoUsd = usd === NO_LIMIT ? undefined : parseUsd(usd, 'usd');
    const connected = await services();
    const { accountId } = await limitOwner(connected, selector);
    const set = connected.billing.setLimit({
      scope: limitScopeCodes[scope],
      period: limitPeriodCodes[period],
      accountId,
      scopeId: scope === 'account' ? '' : id,
      limitNanoUsd,
    });
    const { limit } = await translating(set, {
      account_id: unknownAccount(selector, accountId),
      limit_nano_usd: [
        'usd',
        `more than --usd ${usd} is used already: limit show tells how much (usedUsd), give at least that`,
      ],
    });
    return { accountId, scope, id, period, limit: limit ? printedAmounts(limit) : null };
  },
});
