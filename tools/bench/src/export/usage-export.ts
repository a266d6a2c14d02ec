import { idFromUuid } from '@modelbridge/contracts';
import {
  UsageExportFormat,
  type ExportUsageResponse,
} from '@modelbridge/contracts/usage_ledger.v1';
import { connectLedger, newAccountUuid } from '../activity/activity.js';
import { fill, type Accounts } from '../activity/fill.js';
import { command } from '../command.js';
import { fixed, printTable, say, whole } from '../figures.js';
import { cpuMicroseconds, residentBytes } from '../processes.js';
import { connectServices, pidOf, startStack, type Services } from '../stack.js';

const SAMPLE_MS = 20;
const MEBIBYTE = 1024 * 1024;

const formats = {
  csv: UsageExportFormat.CSV,
  jsonl: UsageExportFormat.JSONL,
  parquet: UsageExportFormat.PARQUET,
};

/** Reads one file to its end and tells what it took of the process that writes it. */
async function exported(
  { usageReads }: Services,
  pid: number,
  accountId: string,
  format: UsageExportFormat,
): Promise<(string | number)[]> {
  const memory = (): number => residentBytes(pid) ?? 0;
  const before = memory();
  let most = before;
  const sampling = setInterval(() => (most = Math.max(most, memory())), SAMPLE_MS);
  const cpuBefore = cpuMicroseconds(pid) ?? 0;
  const started = performance.now();
  const everything = { from: undefined, to: undefined, keyId: '' };
  let [rows, bytes] = [0, 0];
  const pieces = usageReads.exportUsage({ ...everything, accountId, format, anyLength: false });
  for await (const piece of pieces as AsyncIterable<ExportUsageResponse>) {
    rows = Number(piece.rows);
    bytes += piece.data.length;
  }
  const seconds = (performance.now() - started) / 1_000;
  clearInterval(sampling);
  const cpu = (cpuMicroseconds(pid) ?? 0) - cpuBefore;
  return [
    whole(rows),
    fixed(bytes / MEBIBYTE, 1),
    fixed(seconds, 1),
    whole(rows / seconds),
    fixed(cpu / rows, 1),
    fixed(before / MEBIBYTE, 0),
    fixed(most / MEBIBYTE, 0),
  ];
}

export const usageExport = command({
  summary: 'usage as files over RPC, at few and at many rows: time and memory',
  options: {
    'base-rows': { default: 100_000, help: 'rows of the smaller file' },
    rows: { default: 1_000_000, help: 'rows of the larger file' },
  },
  async run({ 'base-rows': baseRows, rows }, lifetime) {
    const stack = await startStack(lifetime);
    const services = connectServices(lifetime, stack);
    const client = await connectLedger(lifetime, stack);
    const pid = pidOf(stack, 'usage-ledger');
    const accounts: Accounts = { large: newAccountUuid(), steady: newAccountUuid() };
    const accountId = idFromUuid('account', accounts.large);
    const measured: (string | number)[][] = [];
    for (const size of [baseRows, rows]) {
      // Half of the ledger is the account's.
      await fill(client, size * 2, accounts, new Date());
      say(`${whole(size)} rows of the account are there`);
      for (const [name, format] of Object.entries(formats)) {
        measured.push([name, ...(await exported(services, pid, accountId, format))]);
      }
    }
    printTable(
      'An export of usage',
      ['format', 'rows', 'MiB', 's', 'rows/s', 'CPU us/row', 'MiB before', 'MiB at most'],
      measured.map((row) => row.map(String)),
    );
  },
});
