import { invalidArgument, readFlags } from '../arguments.js';
import { idArgument } from '../ids.js';
import { opsCommand } from '../ops-command.js';
import { translating } from '../ops-error.js';
import { idRefusals } from './key-flags.js';

const mostHours = 168;

export const keyRotate = opsCommand({
  usage: 'key rotate --id K --grace-hours N',
  summary: 'Gives an API key another secret; the one before works for the grace period.',
  options: [
    ['--id K', 'the key (key_...)'],
    ['--grace-hours N', `0 to ${mostHours}; 0: the old secret stops at once`],
  ],
  prints: '{keyId, apiKey, previousSecretUntil}; the API key is shown this once.',
  uses: ['auth'],
  async run(args, services) {
    const flags = readFlags(args, { required: ['id', 'grace-hours'], optional: [] });
    const keyId = idArgument('key', flags['id'] ?? '', 'id');
    const hours = Number(/^\d{1,3}$/.exec(flags['grace_hours'] ?? '')?.[0] ?? NaN);
    if (!(hours <= mostHours)) {
      throw invalidArgument('grace_hours', `--grace-hours must be 0 to ${mostHours}`);
    }
    const { auth } = await services();
    const rotated = auth.rotateKey({ keyId, graceSeconds: hours * 3_600 });
    const { key, apiKey } = await translating(rotated, idRefusals(keyId));
    if (!key) throw new Error('auth answered without a key');
    return { keyId, apiKey, previousSecretUntil: key.previousSecretUntil ?? null };
  },
});
