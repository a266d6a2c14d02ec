import { idSchema } from '@modelbridge/contracts';
import { z } from 'zod';
import { displayName } from '../display-name.js';

export const pageBounds = { defaultSize: 20, maxSize: 100 };

const sha256Bytes = 32;

export interface Key {
  keyId: string;
  publicId: string;
  name: string;
  accountId: string;
  userId: string;
  teamId?: string;
  /** The stay in the team under which it was made, and with which it ends. */
  membershipId?: string;
  createdAt: Date;
  /** Undefined: never. */
  expiresAt?: Date;
  revokedAt?: Date;
}

/** What may be asked for at `now`: a key that would be born expired is a mistake. */
export function newKeySchema(now: Date) {
  return z.object({
    userId: idSchema('user'),
    accountId: idSchema('account'),
    teamId: idSchema('team').optional(),
    name: displayName,
    expiresAt: z
      .date('must be a time')
      .refine((expiresAt) => expiresAt > now, 'must lie in the future')
      .optional(),
  });
}
export type NewKey = z.output<ReturnType<typeof newKeySchema>>;

export const keyReferenceSchema = z.object({ keyId: idSchema('key') });

export const keyDigestSchema = z.object({
  keySha256: z
    .instanceof(Uint8Array, { error: 'must be bytes' })
    .refine(({ length }) => length === sha256Bytes, `must have ${sha256Bytes} bytes`),
});

export const keyPageSchema = z.object({
  accountId: idSchema('account'),
  limit: z
    .int()
    .min(0)
    .max(pageBounds.maxSize, `must be at most ${pageBounds.maxSize}`)
    .transform((limit) => limit || pageBounds.defaultSize),
  /** The last key of the page before; empty for the first page. */
  cursor: z
    .union([z.literal(''), idSchema('key')], { error: 'is not a cursor of this list' })
    .transform((cursor) => cursor || undefined),
});
export type KeyPage = z.output<typeof keyPageSchema> & {
  /** Only the keys that this person has made. */
  userId?: string;
};
