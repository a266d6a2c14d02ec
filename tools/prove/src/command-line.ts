import { join } from 'node:path';
import { asksForHelp } from '@modelbridge/ops';
import { NotRunError } from './not-run-error.js';
import { readProveOptions, readScanOptions, USAGE } from './options.js';
import { prove, type Scope } from './prove.js';
import { writeReport } from './report/write-report.js';
import { encodingNames } from './scan/encodings.js';
import { openFilesOf } from './scan/open-files.js';
import { scanPlaces } from './scan/scan.js';
import { openSystem } from './system/open-system.js';

const exitCodes = { proved: 0, disproved: 1, notRun: 2 };

export interface Output {
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown };
}

/** `npm run prove`. Resolves with the exit code; every failure has been told. */
export async function main(_command: string, args: string[]): Promise<number> {
  return commandLine(args, process);
}

/** The same for a program that runs it in its own process, and may leave models out. */
export async function commandLine(
  args: string[],
  output: Output,
  scope: Scope = {},
): Promise<number> {
  if (asksForHelp(args)) {
    output.stdout.write(USAGE);
    return exitCodes.proved;
  }
  try {
    return args[0] === 'scan'
      ? await scan(args.slice(1), output)
      : await proveAndReport(args, output, scope);
  } catch (error) {
    const told = error instanceof NotRunError ? error.message : (error as Error).stack;
    output.stderr.write(`prove: ${told}\n`);
    return exitCodes.notRun;
  }
}

async function proveAndReport(args: string[], { stdout }: Output, scope: Scope): Promise<number> {
  const options = readProveOptions(args);
  const proof = await prove(options, (line) => stdout.write(`  ${line}\n`), scope);
  const { json, html } = writeReport(options.out ?? join(proof.state, 'proof'), proof);
  const { search } = proof;
  stdout.write(
    `${proof.proved ? 'As promised' : 'NOT as promised'}: ${proof.canaries_sent} requests with canaries, ` +
      `${search.files} files and ${search.tables} tables of ${search.bytes + search.table_bytes} bytes searched, ` +
      `${search.hits.length} hits, ${search.control_hits} of ${search.controls} controls found, ` +
      `${proof.keys_destroyed} keys destroyed, ${proof.receipts_verified} receipts verified, ${proof.took_seconds} s\n` +
      `${html}\n${json}\n`,
  );
  return proof.proved ? exitCodes.proved : exitCodes.disproved;
}

async function scan(args: string[], { stdout }: Output): Promise<number> {
  const { state, canaries, also } = readScanOptions(args);
  const system = await openSystem(state);
  system.close();
  const places = [system.state, ...openFilesOf(Object.values(system.pids)), ...also];
  const report = await scanPlaces(places, canaries);
  stdout.write(`${JSON.stringify({ ...report, encodings: encodingNames }, null, 2)}\n`);
  const isClean = report.hits.length === 0 && report.unreadable.length === 0;
  return isClean ? exitCodes.proved : exitCodes.disproved;
}
