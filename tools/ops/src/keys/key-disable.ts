import { readFlags } from '../arguments.js';
import { idArgument } from '../ids.js';
import { opsCommand } from '../ops-command.js';
import { translating } from '../ops-error.js';
import { idRefusals } from './key-flags.js';

const switching = (word: 'disable' | 'enable', summary: string) =>
  opsCommand({
    usage: `key ${word} --id K`,
    summary,
    options: [['--id K', 'the key (key_...)']],
    prints: '{keyId, disabledAt}; disabledAt is null for one that is enabled.',
    uses: ['auth'],
    async run(args, services) {
      const flags = readFlags(args, { required: ['id'], optional: [] });
      const keyId = idArgument('key', flags['id'] ?? '', 'id');
      const { auth } = await services();
      const reference = { keyId };
      const switched = word === 'disable' ? auth.disableKey(reference) : auth.enableKey(reference);
      const { key } = await translating(switched, idRefusals(keyId));
      return { keyId, disabledAt: key?.disabledAt ?? null };
    },
  });

export const keyDisable = switching('disable', 'Stops an API key until it is enabled again.');
export const keyEnable = switching('enable', 'Lets a disabled API key work again.');
