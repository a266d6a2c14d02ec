import { readFlags } from '../arguments.js';
import { idArgument } from '../ids.js';
import { opsCommand } from '../ops-command.js';
import { translating } from '../ops-error.js';

export const keyRevoke = opsCommand({
  usage: 'key revoke --id K',
  summary: 'Revokes an API key for ever; repeating it is no error.',
  options: [['--id K', 'the key (key_...), as key create and account create print it']],
  prints: '{keyId, revokedAt}.',
  uses: ['auth'],
  async run(args, services) {
    const flags = readFlags(args, { required: ['id'], optional: [] });
    const keyId = idArgument('key', flags['id'] ?? '', 'id');
    const { auth } = await services();
    const { key } = await translating(auth.revokeKey({ keyId }), {
      key_id: ['id', `there is no key ${keyId}: --id takes the keyId that key create printed`],
    });
    if (!key) throw new Error('auth answered without a key');
    return { keyId, revokedAt: key.revokedAt };
  },
});
