import { createAccount } from './accounts.js';
import { readFlags } from './arguments.js';
import { opsCommand } from './ops-command.js';
import { parseUsd } from './usd.js';

export const accountCreate = opsCommand({
  usage: 'account create --email E --name N --balance-usd 0.01 [--plan P]',
  summary:
    'Registers a person who is 18 or older and has accepted the terms, with a billing account, an opening balance and a first key.',
  options: [
    ['--email E', 'where they can be reached; one account an address'],
    ['--name N', 'what they are called'],
    ['--balance-usd X', 'paid-in money to begin with, such as 12.50; 0 for none'],
    ['--plan P', 'free, pro, team or enterprise; without it the account has no rate limits'],
  ],
  prints: '{userId, accountId, keyId, apiKey}; the API key is shown this once.',
  uses: ['auth', 'billing'],
  async run(args, services) {
    const flags = readFlags(args, {
      required: ['email', 'name', 'balance-usd'],
      optional: ['plan'],
    });
    const { email = '', name = '', plan = '' } = flags;
    const balanceNanoUsd = parseUsd(flags['balance_usd'] ?? '', 'balance_usd');
    return createAccount(await services(), { email, name, balanceNanoUsd, plan });
  },
});
