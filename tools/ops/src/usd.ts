import { flagOf } from './flag-names.js';
import { OpsError } from './ops-error.js';

const NANO_DIGITS = 9;
const NANO = 10n ** BigInt(NANO_DIGITS);

/** So that amounts and their sums stay within Postgres' int8. */
const MOST_USD = 1_000_000_000n;

/** Reads a decimal amount of US dollars, as `0.01`, into nano-USD. Names the flag in its errors. */
export function parseUsd(text: string, field: string): bigint {
  const invalid = (why: string) =>
    new OpsError(
      'invalid_argument',
      field,
      `${flagOf(field)} must be an amount in USD such as 12.50: ${why}`,
    );
  const match = /^(\d{1,15})(?:\.(\d{1,18}))?$/.exec(text);
  if (!match) {
    throw invalid(
      text.startsWith('-') ? 'it cannot be negative' : 'only digits and one decimal point are read',
    );
  }
  const fraction = (match[2] ?? '').replace(/0+$/, '');
  if (fraction.length > NANO_DIGITS) {
    throw invalid(`more than ${NANO_DIGITS} decimal places cannot be kept`);
  }
  const nanoUsd = BigInt(`${match[1] ?? ''}${fraction.padEnd(NANO_DIGITS, '0')}`);
  if (nanoUsd > MOST_USD * NANO) throw invalid(`at most ${MOST_USD} is taken`);
  return nanoUsd;
}
