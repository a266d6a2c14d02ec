import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStack } from '@modelbridge/launcher';
import { asksForHelp } from '@modelbridge/ops';
import { Clocks } from './faults/clocks.js';
import { type Options, readOptions, USAGE, UsageError } from './options.js';
import { report } from './report.js';
import { soak, type SoakOutcome } from './soak.js';
import { stackEnvironment } from './stack-environment.js';

const exitCodes = { agreed: 0, differs: 1, notRun: 2 };
const minuteMs = 60_000;
const round = { faults: 18, faultsMs: 60_000, settleMs: 3 * minuteMs };
const callers = 16;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function run({ minutes, seed, gateways }: Options): Promise<number> {
  const state = mkdtempSync(join(tmpdir(), 'modelbridge-soak-'));
  const clocks = Clocks.in(state);
  say(`seed ${seed}, ${gateways} gateways, ${minutes} minutes, state ${state}`);
  const stack = await startStack({
    state,
    args: ['--gateways', String(gateways)],
    env: { ...stackEnvironment, ...clocks.environment },
  });
  let keepState = true;
  const stop = (): void => void stack.stop({ keepState: true }).then(() => process.exit(130));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const forMs = minutes * minuteMs;
    const outcome = await soak(stack, clocks, { seed, callers, forMs, ...round, say });
    say(report(outcome));
    keepState = outcome.differences.length > 0;
    if (keepState) say(`kept: ${keep(state, outcome)}`);
    return keepState ? exitCodes.differs : exitCodes.agreed;
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    await stack.stop({ keepState });
  }
}

/** Writes down what was compared, beside the databases and logs. */
function keep(state: string, { records, differences }: SoakOutcome): string {
  const file = join(state, 'soak.json');
  const text = (_: string, value: unknown): unknown => {
    if (typeof value === 'bigint') return String(value);
    return value instanceof Map ? Object.fromEntries(value) : value;
  };
  writeFileSync(file, JSON.stringify({ differences, ...records }, text, 1));
  return file;
}

/** `npm run soak`. Resolves with the exit code; every failure has been told. */
export async function main(_command: string, args: string[]): Promise<number> {
  if (asksForHelp(args)) {
    process.stdout.write(USAGE);
    return exitCodes.agreed;
  }
  try {
    return await run(readOptions(args));
  } catch (error) {
    const told = error instanceof UsageError ? error.message : (error as Error).stack;
    process.stderr.write(`${told}\n`);
    return exitCodes.notRun;
  }
}
