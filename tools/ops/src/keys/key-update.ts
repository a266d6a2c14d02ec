import { UpdateKeyRequest } from '@modelbridge/contracts/auth.v1';
import { readFlags } from '../arguments.js';
import { idArgument } from '../ids.js';
import { opsCommand } from '../ops-command.js';
import { translating } from '../ops-error.js';
import {
  expiryOption,
  idRefusals,
  keyRefusals,
  printedKey,
  readExpiry,
  readRestrictions,
  restrictionFlags,
  restrictionOptions,
} from './key-flags.js';

export const keyUpdate = opsCommand({
  usage: 'key update --id K [--name N] [--expires T] [--models M,M] ...',
  summary: 'Changes what an API key may do; gateways follow within a second.',
  options: [
    ['--id K', 'the key (key_...)'],
    ['--name N', 'how it is listed'],
    expiryOption,
    ...restrictionOptions,
  ],
  prints: 'the key, without its secret.',
  uses: ['auth'],
  async run(args, services) {
    const flags = readFlags(args, {
      required: ['id'],
      optional: ['name', 'expires', ...restrictionFlags],
    });
    const keyId = idArgument('key', flags['id'] ?? '', 'id');
    const expiry = readExpiry(flags['expires']);
    readRestrictions(flags);
    const { auth } = await services();
    const refusals = { ...keyRefusals, ...idRefusals(keyId) };
    const before = await translating(auth.getKey({ keyId }), refusals);
    const isRestricted = restrictionFlags.some(
      (flag) => flags[flag.replaceAll('-', '_')] !== undefined,
    );
    const { key } = await translating(
      auth.updateKey(
        UpdateKeyRequest.fromPartial({
          keyId,
          name: flags['name'],
          expiresAt: expiry ?? undefined,
          removesExpiry: expiry === null,
          restrictions: isRestricted
            ? readRestrictions(flags, before.key?.restrictions)
            : undefined,
        }),
      ),
      refusals,
    );
    if (!key) throw new Error('auth answered without a key');
    return printedKey(key);
  },
});
