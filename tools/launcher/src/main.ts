import { asksForHelp } from '@modelbridge/ops';
import { fail } from './console.js';
import { START_USAGE } from './options.js';
import { reset, RESET_USAGE } from './reset.js';
import { start } from './start/start.js';
import { StateInUseError } from './state/lock.js';
import { stateProblem } from './state/state-problem.js';

const COMMANDS: Record<string, (args: string[]) => Promise<number>> = {
  start,
  reset,
};

const USAGE: Record<string, string> = { start: START_USAGE, reset: RESET_USAGE };

/** Runs `start` or `reset`. Resolves with the exit code; every failure has been told. */
export async function main(command: string, args: string[]): Promise<number> {
  // Whoever reads our output may go away before a stop is over.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  try {
    const run = COMMANDS[command];
    if (!run) throw new Error(`Unknown command "${command}".`);
    const usage = USAGE[command];
    if (usage !== undefined && asksForHelp(args)) {
      process.stdout.write(usage);
      return 0;
    }
    return await run(args);
  } catch (error) {
    const message = stateProblem(error) ?? (error instanceof Error ? error.message : String(error));
    const advice =
      error instanceof StateInUseError
        ? '\nStop it first (Ctrl-C there), or use another state: --state DIR (and --port-base N to start).'
        : '';
    fail(`${message}${advice}`);
    return 1;
  }
}
