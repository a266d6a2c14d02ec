import { readFlags } from '../arguments.js';
import { opsCommand } from '../ops-command.js';
import { translating } from '../ops-error.js';
import { limitOwner, wholeOwner } from './limit-owner.js';
import { periodWords, scopeWords, selectorOptions } from './limit-scopes.js';
import { limitPeriod, limitSelector } from './limit-selector.js';
import { printedLimit } from './printed-limit.js';
import { unknownAccount } from './unknown-account.js';

export const limitShow = opsCommand({
  usage: `limit show --scope ${scopeWords} --id ID [--account A] [--period ${periodWords}]`,
  summary: 'Shows the limits of an account, a member or a key, and how much of them is used.',
  options: [...selectorOptions, ['--period P', 'only the limit of this period']],
  prints:
    '{accountId, scope, id, limits: [{scope, id, period, limitUsd, usedUsd, heldUsd, ... resetsAt}], enclosing: [...]}:\n' +
    'the limits that are set here, and those around them that a request meets too, the balance first.',
  uses: ['auth', 'billing'],
  async run(args, services) {
    const flags = readFlags(args, { required: ['scope', 'id'], optional: ['account', 'period'] });
    const selector = limitSelector(flags);
    const { scope, id } = selector;
    const period = flags['period'] === undefined ? undefined : limitPeriod(scope, flags['period']);
    const connected = await services();
    const owner = await limitOwner(connected, selector);
    const { limits } = await translating(connected.billing.getLimits(wholeOwner(owner)), {
      account_id: unknownAccount(selector, owner.accountId),
    });
    const printed = limits.map(printedLimit);
    // What an account may spend in total is its balance, which no command limits.
    const isOwn = (limit: (typeof printed)[number]) =>
      limit.scope === scope && !(scope === 'account' && limit.period === 'total');
    return {
      accountId: owner.accountId,
      scope,
      id,
      limits: printed.filter((limit) => isOwn(limit) && (!period || limit.period === period)),
      enclosing: printed.filter((limit) => !isOwn(limit)),
    };
  },
});
