import { CreateKeyRequest, KeyScope } from '@modelbridge/contracts/auth.v1';
import { invalidArgument, readFlags } from '../arguments.js';
import { idArgument } from '../ids.js';
import { opsCommand } from '../ops-command.js';
import { translating } from '../ops-error.js';
import {
  expiryOption,
  keyRefusals,
  readExpiry,
  readRestrictions,
  restrictionFlags,
  restrictionOptions,
} from './key-flags.js';

const DEFAULT_NAME = 'API key';

/** What a key is for, and what that is to auth. */
const kinds: Record<string, Partial<CreateKeyRequest>> = {
  inference: { scope: KeyScope.INFERENCE },
  management: { scope: KeyScope.MANAGEMENT },
  test: { scope: KeyScope.INFERENCE, isTest: true },
};
const kindWords = Object.keys(kinds).join(', ');

export const keyCreate = opsCommand({
  usage: 'key create --account A --user U [--name N] [--kind K] [--expires T] [--models M,M] ...',
  summary: 'Makes an API key with which a person spends from an account.',
  options: [
    ['--account A', 'the account that pays (acct_...)'],
    ['--user U', 'the person who calls (user_...)'],
    ['--name N', `how the key is listed; "${DEFAULT_NAME}" by default; each of their keys another`],
    ['--kind K', `${kindWords}; inference by default; a test key is free and answered by an echo`],
    expiryOption,
    ...restrictionOptions,
  ],
  prints: '{keyId, apiKey}; the API key is shown this once.',
  uses: ['auth', 'billing'],
  async run(args, services) {
    const flags = readFlags(args, {
      required: ['account', 'user'],
      optional: ['name', 'kind', 'expires', ...restrictionFlags],
    });
    const accountId = idArgument('account', flags['account'] ?? '', 'account');
    const userId = idArgument('user', flags['user'] ?? '', 'user');
    const kind = kinds[flags['kind'] ?? 'inference'];
    if (kind === undefined) throw invalidArgument('kind', `--kind must be one of ${kindWords}`);
    const newKey = CreateKeyRequest.fromPartial({
      userId,
      accountId,
      name: flags['name'] ?? DEFAULT_NAME,
      expiresAt: readExpiry(flags['expires']) ?? undefined,
      restrictions: readRestrictions(flags),
      ...kind,
    });
    const { auth, billing } = await services();
    // auth knows no accounts: a key of one that does not exist would open nothing.
    await translating(billing.getCredits({ accountId }), {
      account_id: ['account', `there is no account ${accountId}: account create makes one`],
    });
    const { key, apiKey } = await translating(auth.createKey(newKey), {
      ...keyRefusals,
      user_id: ['user', `there is no user ${userId}: account create makes one`],
      'resource_exhausted user_id': [
        'user',
        `${userId} has as many keys on this account as they may: key revoke ends one that is not needed`,
      ],
      'failed_precondition user_id': [
        'user',
        `${userId} has not accepted the terms and confirmed to be 18 or older: they do so in the dashboard`,
      ],
    });
    if (!key) throw new Error('auth answered without a key');
    return { keyId: key.keyId, apiKey };
  },
});
