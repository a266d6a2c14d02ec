import { parseArgs, type ParseArgsConfig } from 'node:util';
import { NotRunError } from './not-run-error.js';

export const USAGE = `Usage: npm run prove -- [--state DIR] [options]

Runs the evidence that a running system keeps what the privacy policy promises, and writes a dated report: JSON, and
an HTML page to read or print. docs/privacy/evidence.md tells how to read it.

  --state DIR          the state of a system that npm start runs (.local without it)
  --out DIR            where the report goes (STATE/proof without it)
  --also PLACE         another directory or file that the system writes to, to be searched as well; repeatable
  --receipt-key FILE   a public key with which older receipts were signed; repeatable
  --long               waits for the gateway's time limits of 5 and 10 minutes as well

       npm run prove -- scan --state DIR --canary TEXT [--canary TEXT …] [--also PLACE …]

Looks for texts in everything that a system has written, and prints a report as JSON.

Exit code 0: proved, or nothing found; 1: something was found, or a part failed; 2: it could not be run.
`;

export interface ProveOptions {
  state: string | undefined;
  out: string | undefined;
  also: string[];
  receiptKeys: string[];
  long: boolean;
}

export interface ScanOptions {
  state: string | undefined;
  canaries: string[];
  also: string[];
}

export function readProveOptions(args: string[]): ProveOptions {
  const { state, out, also, long, ...values } = parsed(args, {
    state: { type: 'string' },
    out: { type: 'string' },
    also: { type: 'string', multiple: true },
    'receipt-key': { type: 'string', multiple: true },
    long: { type: 'boolean' },
  });
  return {
    state,
    out,
    also: also ?? [],
    receiptKeys: values['receipt-key'] ?? [],
    long: long ?? false,
  };
}

export function readScanOptions(args: string[]): ScanOptions {
  const { state, also, canary } = parsed(args, {
    state: { type: 'string' },
    also: { type: 'string', multiple: true },
    canary: { type: 'string', multiple: true },
  });
  if (canary === undefined)
    throw new NotRunError('--canary is missing: give a text that occurs nowhere else');
  return { state, canaries: canary, also: also ?? [] };
}

function parsed<Options extends NonNullable<ParseArgsConfig['options']>>(
  args: string[],
  options: Options,
) {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new NotRunError(`${(error as Error).message}. npm run prove -- --help tells more`);
  }
}
