import { idSchema, uuidOf } from '@modelbridge/contracts';
import { z } from 'zod';
import { spanOfTime, type RequestSpan } from '../contents/span.js';
import { supportGrantBounds } from './bounds.js';

/** What a grant covers. */
export type Scope = { requestIds: string[] } | { span: RequestSpan };

export interface SupportGrant {
  grantId: string;
  userId: string;
  /** Only what this account paid for. */
  accountId?: string;
  scope: Scope;
  createdAt: Date;
  expiresAt: Date;
  withdrawnAt?: Date;
}

/** Open to support at that time. */
export function isOpenAt({ expiresAt, withdrawnAt }: SupportGrant, now: Date): boolean {
  return withdrawnAt === undefined && now < expiresAt;
}

const optionalAccount = idSchema('account').optional();

export const newGrantSchema = z
  .object({
    requestIds: z
      .array(idSchema('request'))
      .max(supportGrantBounds.requests, `must be at most ${supportGrantBounds.requests}`),
    from: z.date().optional(),
    to: z.date().optional(),
    expiresAt: z.date().optional(),
    accountId: optionalAccount,
  })
  .refine(({ requestIds, from, to }) => requestIds.length > 0 !== (from ?? to) instanceof Date, {
    path: ['requestIds'],
    error: 'or from and to say what support may read: one of them is required',
  })
  .refine(({ requestIds, from, to }) => requestIds.length > 0 || (from && to && from < to), {
    path: ['from'],
    error: 'and to must both be there, and from before to',
  })
  .transform(({ requestIds, from, to, ...rest }) => ({
    ...rest,
    scope: from === undefined || to === undefined ? { requestIds } : { span: spanOfTime(from, to) },
  }));
export type NewGrant = z.output<typeof newGrantSchema>;

export const grantReferenceSchema = z.object({
  grantId: idSchema('supportGrant'),
  accountId: optionalAccount,
});

export const grantListSchema = z.object({ accountId: optionalAccount });

/** The UUIDs of a scope's requests, or its span. */
export function amongOf(scope: Scope): { requestUuids?: string[]; span?: RequestSpan } {
  if ('span' in scope) return scope;
  return { requestUuids: scope.requestIds.map((id) => uuidOf('request', id)) };
}
