import { parseArgs } from 'node:util';
import { OpsError } from './ops-error.js';

/** The flags of a command: required ones, and optional ones that may be left out. */
export interface Flags {
  required: string[];
  optional: string[];
}

function snakeCase(flag: string): string {
  return flag.replaceAll('-', '_');
}

/** The flag that fills a field. */
export function flagOf(field: string): string {
  return `--${field.replaceAll('_', '-')}`;
}

/** A bad argument. The message says what to do, the field is snake_case. */
export function invalidArgument(field: string | null, message: string): OpsError {
  return new OpsError('invalid_argument', field, message);
}

/** Takes `--state DIR` or `--state=DIR` out of the arguments, wherever it stands. */
export function splitState(args: string[]): { state: string | undefined; rest: string[] } {
  const rest: string[] = [];
  let state: string | undefined;
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    if (arg === '--state') {
      state = args[(index += 1)] ?? '';
    } else if (arg.startsWith('--state=')) {
      state = arg.slice('--state='.length);
    } else {
      rest.push(arg);
    }
  }
  return { state, rest };
}

/** Reads `--flag value` pairs into snake_case fields. Every error names the field and the fix. */
export function readFlags(args: string[], flags: Flags): Record<string, string | undefined> {
  const known = [...flags.required, ...flags.optional];
  const { tokens } = parseArgs({
    args,
    options: Object.fromEntries(known.map((flag) => [flag, { type: 'string' as const }])),
    strict: false,
    tokens: true,
  });
  const values: Record<string, string | undefined> = {};
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      throw invalidArgument(
        null,
        `"${token.value}" is not expected here: write --flag VALUE, and values with spaces in quotes`,
      );
    }
    const { name, rawName, value, inlineValue } = token;
    const field = snakeCase(name);
    if (!known.includes(name)) {
      const taken = known.map((flag) => `--${flag}`).join(', ');
      throw invalidArgument(
        field,
        `${rawName} is not an option of this command, which takes ${taken || 'none but --state'}`,
      );
    }
    const swallowed = !inlineValue && value?.startsWith('--');
    if (value === undefined || value.trim() === '' || swallowed) {
      throw invalidArgument(field, `${rawName} needs a value: ${rawName} VALUE`);
    }
    if (values[field] !== undefined) {
      throw invalidArgument(field, `${rawName} is given twice: give it once`);
    }
    values[field] = value;
  }
  for (const flag of flags.required) {
    if (values[snakeCase(flag)] === undefined) {
      throw invalidArgument(snakeCase(flag), `--${flag} is missing: add --${flag} VALUE`);
    }
  }
  return values;
}
