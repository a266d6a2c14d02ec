import { parseArgs } from 'node:util';
import type { Lifetime } from './lifetime.js';

interface Option {
  /** The empty text: none. */
  default: number | boolean | '';
  help: string;
}

type Values<O extends Record<string, Option>> = {
  [K in keyof O]: O[K]['default'] extends boolean
    ? boolean
    : O[K]['default'] extends string
      ? string
      : number;
};

export interface Command {
  summary: string;
  options: Record<string, Option>;
  run(args: string[], lifetime: Lifetime): Promise<void>;
}

/** The command line cannot be understood; the message says what is wrong. */
export class UsageError extends Error {}

/** A benchmark with its options: numbers (`--rounds 5`), switches (`--clone`) and texts (`--base DIR`). */
export function command<O extends Record<string, Option>>(definition: {
  summary: string;
  options: O;
  run(values: Values<O>, lifetime: Lifetime): Promise<void>;
}): Command {
  return {
    summary: definition.summary,
    options: definition.options,
    run: (args, lifetime) => definition.run(parse(args, definition.options), lifetime),
  };
}

function parse<O extends Record<string, Option>>(args: string[], options: O): Values<O> {
  const known = Object.entries(options);
  const given = readFlags(args, known);
  const values = known.map(([name, { default: byDefault }]) => {
    const text = given[name];
    if (text === undefined || typeof text === 'boolean') return [name, text ?? byDefault];
    if (byDefault === '') return [name, text];
    const number = Number(text);
    if (!(number > 0)) throw new UsageError(`--${name} must be a number above 0, not "${text}".`);
    return [name, number];
  });
  return Object.fromEntries(values) as Values<O>;
}

function readFlags(
  args: string[],
  known: [string, Option][],
): Record<string, string | boolean | undefined> {
  const options = Object.fromEntries(
    known.map(([name, { default: byDefault }]) => [
      name,
      { type: typeof byDefault === 'boolean' ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  try {
    return parseArgs({ args, options, allowNegative: true }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
