import { readFile } from 'node:fs/promises';
import { invalidArgument, readFlags } from '../arguments.js';
import { opsCommand } from '../ops-command.js';

export const providerBillImport = opsCommand({
  usage: 'provider-bill import --file F',
  summary:
    'Imports what a provider has billed: all of the file or nothing. For its days it replaces earlier imports; the same file again changes nothing.',
  options: [['--file F', 'a CSV file: docs/provider-costs.md tells its columns']],
  prints: '{days: [{provider, day, lines, changed}]}.',
  uses: ['billing'],
  async run(args, services) {
    const flags = readFlags(args, { required: ['file'], optional: [] });
    const csv = await readFile(flags['file'] ?? '').catch((error: NodeJS.ErrnoException) => {
      throw invalidArgument('file', `--file cannot be read: ${error.code ?? 'unknown error'}`);
    });
    const { billing } = await services();
    const { days } = await billing.importProviderBill({ csv });
    return {
      days: days.map(({ provider, day, lines, changed }) => ({
        provider,
        day: day?.toISOString().slice(0, 10) ?? null,
        lines,
        changed,
      })),
    };
  },
});
