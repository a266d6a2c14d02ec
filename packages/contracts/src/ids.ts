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

/** The UUID inside an id, as Postgres stores it. Throws on an id of another kind or form. */
export function uuidOf(kind: IdKind, id: string): string {
  return TypeID.fromString(id, idPrefixes[kind]).toUUID();
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
