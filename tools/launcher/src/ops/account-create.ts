import { createAccount } from './accounts.js';
import { readFlags } from './arguments.js';
import type { OpsCommand } from './commands.js';
import { parseUsd } from './usd.js';

/** Registers a person with a billing account, an opening balance and a first key. */
export const accountCreate: OpsCommand = {
  usage: 'account create --email E --name N --balance-usd 0.01 [--plan P]',
  async run(args, services) {
    const flags = readFlags(args, {
      required: ['email', 'name', 'balance-usd'],
      optional: ['plan'],
    });
    const { email = '', name = '', plan = '' } = flags;
    const balanceNanoUsd = parseUsd(flags['balance_usd'] ?? '', 'balance_usd');
    return createAccount(await services(), { email, name, balanceNanoUsd, plan });
  },
};
