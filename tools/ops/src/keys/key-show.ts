import { readFlags } from '../arguments.js';
import { idArgument } from '../ids.js';
import { opsCommand } from '../ops-command.js';
import { translating } from '../ops-error.js';
import { idRefusals, printedKey } from './key-flags.js';

export const keyShow = opsCommand({
  usage: 'key show --id K',
  summary: 'Shows an API key: whose it is, what it may do, and when it was last used.',
  options: [['--id K', 'the key (key_...)']],
  prints: 'the key, without its secret.',
  uses: ['auth'],
  async run(args, services) {
    const flags = readFlags(args, { required: ['id'], optional: [] });
    const keyId = idArgument('key', flags['id'] ?? '', 'id');
    const { auth } = await services();
    const { key } = await translating(auth.getKey({ keyId }), idRefusals(keyId));
    if (!key) throw new Error('auth answered without a key');
    return printedKey(key);
  },
});
