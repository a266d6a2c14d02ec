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

/** Reads `--flag value` pairs into snake_case fields. Every error names the field. */
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
      throw new OpsError('invalid_argument', null, `"${token.value}" is not expected here`);
    }
    const field = snakeCase(token.name);
    if (!known.includes(token.name)) {
      throw new OpsError(
        'invalid_argument',
        field,
        `${token.rawName} is not an option of this command`,
      );
    }
    const swallowed = !token.inlineValue && token.value?.startsWith('--');
    if (token.value === undefined || token.value.trim() === '' || swallowed) {
      throw new OpsError('invalid_argument', field, `${token.rawName} needs a value`);
    }
    if (values[field] !== undefined) {
      throw new OpsError('invalid_argument', field, `${token.rawName} is given twice`);
    }
    values[field] = token.value;
  }
  for (const flag of flags.required) {
    if (values[snakeCase(flag)] === undefined) {
      throw new OpsError('invalid_argument', snakeCase(flag), `--${flag} is missing`);
    }
  }
  return values;
}
