import { readFlags } from '../arguments.js';
import { connect } from '../connection/connection.js';
import { connectionFlags, splitConnection } from '../connection/connection-flags.js';
import type { ServiceName } from '../connection/pieces.js';
import { asksForHelp, connectionHelp } from '../help.js';
import { printedError } from '../ops-error.js';
import type { Output } from '../output.js';
import { checkInvariants, type CheckedServices } from './check.js';
import { findingLine } from './finding.js';

const exitCodes = { clean: 0, violated: 1, notChecked: 2 };

const USED = ['auth', 'billing', 'usage-ledger', 'retention'] as const satisfies ServiceName[];

const HELP = `Usage: npm run verify -- [--state DIR | --auth HOST:PORT ...]

Checks the invariants I1 to I8 over the live data of a running system, also while it serves requests.

${connectionHelp(USED)}
Prints one line per invariant: how much was checked and how many violations there are; examples of
violations go to standard error. Exit code 0: none; 1: violations; 2: it could not be checked, because
a service does not answer or an argument is wrong: {"error": {code, field, message}}.
`;

/** Prints a line for each invariant; resolves with the exit code. */
export async function reportInvariants(
  services: CheckedServices,
  { stdout, stderr }: Output = process,
): Promise<number> {
  const findings = await checkInvariants(services);
  for (const finding of findings) {
    stdout.write(`${findingLine(finding)}\n`);
    for (const example of finding.examples) {
      stderr.write(`${finding.invariant}: ${example}\n`);
    }
  }
  return findings.some(({ violations }) => violations > 0n) ? exitCodes.violated : exitCodes.clean;
}

async function run(args: string[], output: Output): Promise<number> {
  const { connection, rest } = splitConnection(args);
  if (asksForHelp(rest)) {
    output.stdout.write(HELP);
    return exitCodes.clean;
  }
  readFlags(rest, { required: [], optional: [] });
  const services = await connect(USED, connectionFlags(connection));
  try {
    return await reportInvariants(services, output);
  } finally {
    services.close();
  }
}

/** `npm run verify`: whether the books of a running system are right. Resolves with the exit code. */
export async function verify(args: string[], output: Output = process): Promise<number> {
  try {
    return await run(args, output);
  } catch (error) {
    output.stdout.write(`${JSON.stringify(printedError(error))}\n`);
    return exitCodes.notChecked;
  }
}
