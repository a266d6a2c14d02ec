import { parseArgs } from 'node:util';
import { fieldOf } from './flag-names.js';
import { OpsError } from './ops-error.js';

/** The flags of a command: required ones, and optional ones that may be left out. */
export interface Flags {
  required: string[];
  optional: string[];
}

/** A bad argument. The message says what to do, the field is snake_case. */
export function invalidArgument(field: string | null, message: string): OpsError {
  return new OpsError('invalid_argument', field, message);
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
    const field = fieldOf(name);
    if (!known.includes(name)) {
      const taken = known.map((flag) => `--${flag}`).join(', ');
      throw invalidArgument(
        field,
        `${rawName} is not an option of this command, which takes ${taken || 'only those that --help lists'}`,
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
    if (values[fieldOf(flag)] === undefined) {
      throw invalidArgument(fieldOf(flag), `--${flag} is missing: add --${flag} VALUE`);
    }
  }
  return values;
}
