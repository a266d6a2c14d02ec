import { z } from 'zod';

/** Integer billionths of a US dollar: every balance, limit and charge. */
export type NanoUsd = bigint;

/** Integer trillionths of a US dollar per token: every price (USD per million tokens x 1e6). */
export type PicoUsdPerToken = bigint;

/** Nano-USD as it travels in JSON: a decimal string of an integer that fits Postgres' int8. */
export const nanoUsdJson = z
  .string()
  .regex(/^-?(0|[1-9]\d{0,17})$/, 'must be a decimal string of an integer in nano-USD');

const nanoDigits = 9;
const nano = 10n ** BigInt(nanoDigits);

/** Nano-USD as an exact decimal amount of US dollars without needless zeros: `0.01`. */
export function formatUsd(nanoUsd: NanoUsd): string {
  const size = nanoUsd < 0n ? -nanoUsd : nanoUsd;
  const fraction = String(size % nano)
    .padStart(nanoDigits, '0')
    .replace(/0+$/, '');
  return `${nanoUsd < 0n ? '-' : ''}${size / nano}${fraction === '' ? '' : `.${fraction}`}`;
}
