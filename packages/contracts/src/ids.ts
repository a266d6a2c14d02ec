import { TypeID, typeid } from 'typeid-js';
import { z } from 'zod';

/** TypeID prefixes; the suffix is a UUIDv7 in Crockford's base 32 (https://github.com/jetify-com/typeid). */
export const idPrefixes = {
  user: 'user',
  team: 'team',
  key: 'key',
  request: 'req',
  account: 'acct',
  allowance: 'alw',
  transaction: 'txn',
} as const;

export type IdKind = keyof typeof idPrefixes;

/** A new id that sorts by the time it was made. */
export function newId(kind: IdKind): string {
  return typeid(idPrefixes[kind]).toString();
}

/**
 * The UUID inside an id, as Postgres stores it. Throws on an id of another kind or form. Written out
 * because the ledgers do this several times for every record, and typeid-js takes 5 microseconds.
 */
export function uuidOf(kind: IdKind, id: string): string {
  if (!isId(kind, id)) throw new TypeError(`not a ${idPrefixes[kind]}_ id`);
  let hex = '';
  let pending = 0;
  let pendingBits = 0;
  // 26 digits of 5 bits hold 130: the first digit carries only 3.
  for (let at = id.length - 26; at < id.length; at += 1) {
    pending = (pending << 5) | digitValues[id.charCodeAt(at)]!;
    pendingBits += pendingBits === 0 && hex === '' ? 3 : 5;
    while (pendingBits >= 4) {
      pendingBits -= 4;
      hex += hexDigits[pending >> pendingBits];
      pending &= (1 << pendingBits) - 1;
    }
  }
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const hexDigits = '0123456789abcdef';
const digitValues = new Uint8Array(128);
for (const [value, digit] of [...'0123456789abcdefghjkmnpqrstvwxyz'].entries()) {
  digitValues[digit.charCodeAt(0)] = value;
}

/** The id that holds a UUID. */
export function idFromUuid(kind: IdKind, uuid: string): string {
  return TypeID.fromUUID(idPrefixes[kind], uuid).toString();
}

/** True for an id of this kind in its canonical form. */
export function isId(kind: IdKind, value: string): boolean {
  return idPatterns[kind].test(value);
}

const idPatterns = Object.fromEntries(
  Object.entries(idPrefixes).map(([kind, prefix]) => [
    kind,
    new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`),
  ]),
) as Record<IdKind, RegExp>;

/** A zod schema for an id of one kind. */
export function idSchema(kind: IdKind): z.ZodString {
  return z.string().regex(idPatterns[kind], `must be a ${idPrefixes[kind]}_ id`);
}
