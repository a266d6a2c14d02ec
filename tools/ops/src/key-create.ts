import { readFlags } from './arguments.js';
import { idArgument } from './ids.js';
import { opsCommand } from './ops-command.js';
import { translating } from './ops-error.js';

const DEFAULT_NAME = 'API key';

export const keyCreate = opsCommand({
  usage: 'key create --account A --user U [--name N]',
  summary: 'Makes an API key with which a person spends from an account.',
  options: [
    ['--account A', 'the account that pays (acct_...)'],
    ['--user U', 'the person who calls (user_...)'],
    ['--name N', `how the key is listed; "${DEFAULT_NAME}" by default`],
  ],
  prints: '{keyId, apiKey}; the API key is shown this once.',
  uses: ['auth', 'billing'],
  async run(args, services) {
    const flags = readFlags(args, { required: ['account', 'user'], optional: ['name'] });
    const accountId = idArgument('account', flags['account'] ?? '', 'account');
    const userId = idArgument('user', flags['user'] ?? '', 'user');
    const { auth, billing } = await services();
    // auth knows no accounts: a key of one that does not exist would open nothing.
    await translating(billing.getCredits({ accountId }), {
      account_id: ['account', `there is no account ${accountId}: account create makes one`],
    });
    const made = auth.createKey({
      userId,
      accountId,
      name: flags['name'] ?? DEFAULT_NAME,
      expiresAt: undefined,
    });
    const { key, apiKey } = await translating(made, {
      user_id: ['user', `there is no user ${userId}: account create makes one`],
      'failed_precondition user_id': [
        'user',
        `${userId} has not accepted the terms and confirmed to be 18 or older: they do so in the dashboard`,
      ],
      name: ['name', '--name must have 1 to 200 characters and no control characters'],
    });
    if (!key) throw new Error('auth answered without a key');
    return { keyId: key.keyId, apiKey };
  },
});
