import { invalidArgument } from './arguments.js';
import { printedError } from './ops-error.js';
import { ops } from './ops.js';
import type { Output } from './output.js';
import { verify } from './verify/verify.js';

const COMMANDS: Record<string, (args: string[], output: Output) => Promise<number>> = {
  ops,
  verify,
};

/** Runs `ops` or `verify`. Resolves with the exit code; every failure has been told. */
export async function main(command: string, args: string[]): Promise<number> {
  // Whoever reads our output may go away before the end.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  return commandLine(command, args, process);
}

/** The same for a program that runs it in its own process. */
export async function commandLine(
  command: string,
  args: string[],
  output: Output,
): Promise<number> {
  const run = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (run) return run(args, output);
  const error = invalidArgument('command', 'say ops or verify first: ops --help tells more');
  output.stdout.write(`${JSON.stringify(printedError(error))}\n`);
  return 1;
}
