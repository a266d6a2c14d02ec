import { idSchema, isId } from '@modelbridge/contracts';
import { z } from 'zod';
import { displayName } from '../display-name.js';
import { keyBounds } from './bounds.js';
import { keyScopeNames, type KeyRestrictions, type KeyScopeName } from './key-restrictions.js';

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
  scope: KeyScopeName;
  isTest: boolean;
  restrictions: KeyRestrictions;
  createdAt: Date;
  /** Undefined: never. */
  expiresAt?: Date;
  disabledAt?: Date;
  revokedAt?: Date;
  /** To the minute. */
  lastUsedAt?: Date;
  /** Until then the secret before the last rotation works too. */
  previousSecretUntil?: Date;
}

function inFuture(now: Date) {
  return z
    .date('must be a time')
    .refine((expiresAt) => expiresAt > now, 'must lie in the future')
    .optional();
}

/** What may be asked for at `now`: a key that would be born expired is a mistake. */
export function newKeySchema(now: Date) {
  return z
    .object({
      userId: idSchema('user'),
      accountId: idSchema('account'),
      teamId: idSchema('team').optional(),
      name: displayName,
      expiresAt: inFuture(now),
      isTest: z.boolean(),
      scope: z.enum(keyScopeNames, 'must be INFERENCE or MANAGEMENT'),
      /** Of a caller that may have to ask again. */
      keyId: idSchema('key').optional(),
    })
    .refine(({ isTest, scope }) => !isTest || scope === 'inference', {
      path: ['isTest'],
      message: 'must be false for a management key: there is no echo to manage',
    });
}
export type NewKey = z.output<ReturnType<typeof newKeySchema>> & { restrictions: KeyRestrictions };

export function keyChangesSchema(now: Date) {
  return z
    .object({
      name: displayName.optional(),
      expiresAt: inFuture(now),
      removesExpiry: z.boolean(),
    })
    .refine(({ expiresAt, removesExpiry }) => expiresAt === undefined || !removesExpiry, {
      path: ['removesExpiry'],
      message: 'must be false where expires_at is given: give one of them',
    })
    .transform(({ name, expiresAt, removesExpiry }) => ({
      name,
      /** Null: never; undefined: as it was. */
      expiresAt: removesExpiry ? null : expiresAt,
    }));
}
export type KeyChanges = z.output<ReturnType<typeof keyChangesSchema>> & {
  restrictions?: KeyRestrictions;
};

export const keyReferenceSchema = z.object({ keyId: idSchema('key') });

export const rotationSchema = z.object({
  graceSeconds: z
    .int()
    .min(0)
    .max(keyBounds.maxGraceSeconds, `must be at most ${keyBounds.maxGraceSeconds} (7 days)`),
  /** Of a caller that may have to ask again. */
  rotationId: z.uuid('must be a UUID').optional(),
});

export type Rotation = z.output<typeof rotationSchema>;

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
    .max(keyBounds.maxPage, `must be at most ${keyBounds.maxPage}`)
    .transform((limit) => limit || keyBounds.defaultPage),
  /** The last key of the page before; empty for the first page. */
  cursor: z
    .string()
    .refine((cursor) => cursor === '' || isId('key', cursor), 'is not a cursor of this list')
    .transform((cursor) => cursor || undefined),
});
export type KeyPage = z.output<typeof keyPageSchema> & {
  /** Only the keys that this person has made. */
  userId?: string;
};
