import { createHash } from 'node:crypto';
import { idFromUuid, uuidOf } from '@modelbridge/contracts';

/** Whom a service is to erase. */
export interface ErasedPerson {
  erasureId: string;
  userId: string;
  /** Their own, not a team's. */
  accountId: string;
  /** Who stands in where a team's records need somebody; nobody where none was given. */
  pseudonym: Pseudonym;
}

/** Ids that are nobody's. */
export interface Pseudonym {
  userId: string;
  keyId: string;
}

const nil = '00000000-0000-0000-0000-000000000000';

/** Everybody whose stand-in has been forgotten. */
export const nobody: Pseudonym = { userId: idFromUuid('user', nil), keyId: idFromUuid('key', nil) };

/** The account of what belongs to none any more. */
export const noAccount = idFromUuid('account', nil);

export function personHash(userId: string): Buffer {
  return createHash('sha256')
    .update(`modelbridge.erased-person.v1|${uuidOf('user', userId)}`)
    .digest();
}
