import { z } from 'zod';
import { base32Length, fromBase32, toBase32 } from './base32.js';
import { uuidV7 } from './uuid-v7.js';

/**
 * TypeID prefixes; the suffix is a UUIDv7 in Crockford's base 32 (https://github.com/jetify-com/typeid).
 * Written out, because gateway and ledgers do this several times for every request.
 */
export const idPrefixes = {
  user: 'user',
  team: 'team',
  key: 'key',
  request: 'req',
  account: 'acct',
  allowance: 'alw',
  transaction: 'txn',
  invoice: 'invc',
  grant: 'grt',
  membership: 'mem',
  invitation: 'inv',
  supportGrant: 'sgr',
  legalHold: 'lhd',
  erasure: 'ers',
  export: 'exp',
  privacyRequest: 'prq',
} as const;

export type IdKind = keyof typeof idPrefixes;

const uuid = Buffer.alloc(16);

/** A new id that sorts by the time it was made. */
export function newId(kind: IdKind): string {
  uuidV7(uuid);
  return `${idPrefixes[kind]}_${toBase32(uuid)}`;
}

/** The UUID inside an id, as Postgres stores it. Throws on an id of another kind or form. */
export function uuidOf(kind: IdKind, id: string): string {
  if (!isId(kind, id)) throw new TypeError(`not a ${idPrefixes[kind]}_ id`);
  fromBase32(id, id.length - base32Length, uuid);
  const hex = uuid.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The id that holds a UUID. Throws on what is no UUID. */
export function idFromUuid(kind: IdKind, text: string): string {
  if (!uuidPattern.test(text)) throw new TypeError('not a UUID');
  uuid.write(text.replaceAll('-', ''), 'hex');
  return `${idPrefixes[kind]}_${toBase32(uuid)}`;
}

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

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
