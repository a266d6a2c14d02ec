import { uuidOf } from '@modelbridge/contracts';
import { CreateKeyRequest, KeyScope } from '@modelbridge/contracts/auth.v1';
import { ExportState } from '@modelbridge/contracts/retention.v1/export';
import { poll } from '@modelbridge/local-stack';
import { request } from 'undici';
import { newAccountUuid } from '../activity/activity.js';
import { fill, type Accounts } from '../activity/fill.js';
import { command } from '../command.js';
import { connectDatabase } from '../database.js';
import { fixed, printTable, say, whole } from '../figures.js';
import { connectServices, startStack, type Services, type Stack } from '../stack.js';
import { watched, watchedTitles } from './watched.js';

const MEBIBYTE = 1024 * 1024;
const YEAR_MS = 366 * 24 * 3_600_000;
const ARCHIVE_TIMEOUT_MS = 15 * 60_000;
const formats = ['csv', 'jsonl', 'parquet'];

async function managementKey({ auth }: Services, { account }: Stack): Promise<string> {
  const { userId, accountId } = account;
  const { apiKey } = await auth.createKey(
    CreateKeyRequest.fromPartial({
      ...{ userId, accountId, name: 'bench', scope: KeyScope.MANAGEMENT },
    }),
  );
  return apiKey;
}

/** Reads one file over the API to its end. */
async function file(stack: Stack, key: string, format: string): Promise<string[]> {
  const url = new URL('/v1/account/usage/export', stack.gateway);
  const to = new Date();
  url.searchParams.set('format', format);
  url.searchParams.set('from', new Date(to.getTime() - YEAR_MS).toISOString());
  url.searchParams.set('to', to.toISOString());
  const started = performance.now();
  const { statusCode, body, trailers } = await request(url, {
    headers: { authorization: `Bearer ${key}` },
  });
  if (statusCode !== 200) throw new Error(`${statusCode}: ${await body.text()}`);
  let bytes = 0;
  for await (const piece of body as AsyncIterable<Buffer>) bytes += piece.length;
  const seconds = (performance.now() - started) / 1_000;
  const rows = Number(trailers['x-modelbridge-rows']);
  return [whole(rows), fixed(bytes / MEBIBYTE, 1), fixed(seconds, 1), whole(rows / seconds)];
}

/** Has an archive of the account prepared. */
async function archive({ exports }: Services, { account }: Stack): Promise<string[]> {
  const of = { accountId: account.accountId, actorUserId: account.userId };
  const started = performance.now();
  const { export: made } = await exports.createExport(of);
  const exportId = made?.exportId ?? '';
  let found = made;
  await poll(async () => {
    found = (await exports.getExport({ ...of, exportId })).export;
    return found?.state === ExportState.READY || found?.state === ExportState.FAILED;
  }, ARCHIVE_TIMEOUT_MS);
  if (found?.state !== ExportState.READY) throw new Error(`the archive is ${found?.state}`);
  const seconds = (performance.now() - started) / 1_000;
  return [String(found.files), fixed(Number(found.sizeBytes) / MEBIBYTE, 1), fixed(seconds, 1)];
}

export const usageExport = command({
  summary: 'usage as files over the API, and an archive, at few and at many rows: time and memory',
  options: {
    'base-rows': { default: 100_000, help: 'rows of the smaller file' },
    rows: { default: 1_000_000, help: 'rows of the larger file' },
  },
  async run({ 'base-rows': baseRows, rows }, lifetime) {
    const stack = await startStack(lifetime);
    const services = connectServices(lifetime, stack);
    const client = await connectDatabase(lifetime, stack, 'usage_ledger');
    const key = await managementKey(services, stack);
    const large = uuidOf('account', stack.account.accountId);
    const accounts: Accounts = { large, steady: newAccountUuid() };
    const files: string[][] = [];
    const archives: string[][] = [];
    for (const size of [baseRows, rows]) {
      // Half of the ledger is the account's.
      await fill(client, size * 2, accounts, new Date());
      say(`${whole(size)} rows of the account are there`);
      for (const format of formats) {
        const { result, took } = await watched(stack, 'gateway', () =>
          watched(stack, 'usage-ledger', () => file(stack, key, format)),
        );
        files.push([format, ...result.result, ...result.took, ...took.slice(1)]);
        say(`${format}: done`);
      }
      const { result, took } = await watched(stack, 'retention', () => archive(services, stack));
      archives.push([whole(size), ...result, ...took]);
    }
    printTable(
      'An export of usage over the API: usage-ledger’s CPU, memory and event loop, and the gateway’s memory and event loop',
      [
        ...['format', 'rows', 'MiB', 's', 'rows/s', ...watchedTitles],
        ...watchedTitles.slice(1).map((title) => `gateway: ${title}`),
      ],
      files,
    );
    printTable(
      'An archive of an account with so many requests in a year: retention’s CPU, memory and event loop',
      ['rows', 'files', 'MiB', 's', ...watchedTitles],
      archives,
    );
  },
});
