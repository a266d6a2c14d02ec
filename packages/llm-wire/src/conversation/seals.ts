import type { ReasoningSeal } from './request.js';

type Vendor = ReasoningSeal['vendor'];

/** Another vendor's name before a seal: vendors' own are base64, which has no dot. */
export const FOREIGN_SEAL = /^[a-z]{2,16}\./;
const REDACTED = 'redacted.';

/** A seal as the field of `field`'s vendor carries it: another vendor's says whose it is. */
export function writeSeal(field: Vendor, seal: ReasoningSeal): string {
  if (seal.vendor === field) return seal.value;
  return `${seal.vendor}.${seal.redacted ? REDACTED : ''}${seal.value}`;
}

/** The seal in a field of `field`'s vendor; undefined where there is none, or a stranger's. */
export function readSeal(field: Vendor, text: string | undefined): ReasoningSeal | undefined {
  if (text === undefined || text === '') return undefined;
  const other: Vendor = field === 'anthropic' ? 'openai' : 'anthropic';
  if (!text.startsWith(`${other}.`)) {
    return FOREIGN_SEAL.test(text) ? undefined : { vendor: field, value: text };
  }
  const value = text.slice(other.length + 1);
  if (!value.startsWith(REDACTED)) return { vendor: other, value };
  return { vendor: other, value: value.slice(REDACTED.length), redacted: true };
}
