import { parseArgs } from 'node:util';

export interface Options {
  minutes: number;
  seed: number;
  gateways: number;
}

export const USAGE = `Usage: npm run soak -- [--minutes N] [--seed N] [--gateways N]

Starts a whole system of its own and drives it with honest traffic, while it kills, suspends and fills up what the
system is made of. Compares all the while what callers, the usage ledger, billing and the providers know.

  --minutes N   how long (30); the last round is brought to its end
  --seed N      of the schedule of faults: the same gives the same (by default another each time)
  --gateways N  gateway processes (3)

Exit code 0: no difference; 1: differences, and the state is kept; 2: it could not be run.
`;

/** The command line cannot be understood; the message says what is wrong. */
export class UsageError extends Error {}

const bounds = {
  minutes: { default: 30, from: 1, to: 7 * 24 * 60 },
  seed: { default: undefined, from: 0, to: 2 ** 32 - 1 },
  gateways: { default: 3, from: 1, to: 16 },
};

export function readOptions(args: string[]): Options {
  const given = valuesOf(args);
  const value = (name: keyof Options): number => {
    const { default: byDefault, from, to } = bounds[name];
    const text = given[name];
    if (text === undefined) return byDefault ?? Date.now() % (to + 1);
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (number >= from && number <= to) return number;
    throw new UsageError(`--${name} must be a whole number from ${from} to ${to}, not "${text}".`);
  };
  return { minutes: value('minutes'), seed: value('seed'), gateways: value('gateways') };
}

function valuesOf(args: string[]): Partial<Record<keyof Options, string>> {
  const option = { type: 'string' } as const;
  try {
    return parseArgs({ args, options: { minutes: option, seed: option, gateways: option } }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n${USAGE}`);
  }
}
