import { idSchema } from '@modelbridge/contracts';
import { z } from 'zod';
import type { RequestFilter } from './request-filter.js';

export const requestPageBounds = {
  usual: 20,
  max: 100,
  /** Where a filter lets few through, a page looks through so many requests, in so many steps, and no more. */
  stepRequests: 2_000,
  steps: 10,
};
export const recordedPageBounds = { usual: 100, max: 1_000 };

/** The cursor of the page that continues below a request. */
export function cursorAfter(requestUuid: string): string {
  return Buffer.from(requestUuid.replaceAll('-', ''), 'hex').toString('base64url');
}

/** The UUID that a page continues below; undefined where `cursor` is none that cursorAfter made. */
export function readCursor(cursor: string): string | undefined {
  const hex = Buffer.from(cursor, 'base64url').toString('hex');
  const groups = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/.exec(hex);
  const uuid = groups?.slice(1).join('-');
  return uuid !== undefined && cursorAfter(uuid) === cursor ? uuid : undefined;
}

const optionalId = (kind: 'key' | 'account') =>
  z
    .union([z.literal(''), idSchema(kind)], { error: `must be a ${kind} id` })
    .transform((id) => id || undefined);

const pageSize = ({ usual, max }: { usual: number; max: number }) =>
  z
    .int()
    .min(0)
    .max(max, `must be at most ${max}`)
    .transform((limit) => limit || usual);

/** A page of the requests of one key, one account or one key of an account, newest first. */
export const requestPageSchema = z
  .object({
    keyId: optionalId('key'),
    accountId: optionalId('account'),
    limit: pageSize(requestPageBounds),
    cursor: z.string().transform((cursor, context) => {
      if (cursor === '') return undefined;
      const below = readCursor(cursor);
      if (below === undefined) {
        context.addIssue({ code: 'custom', message: 'must be the next_cursor of an earlier page' });
      }
      return below;
    }),
  })
  .refine(({ keyId, accountId }) => (keyId ?? accountId) !== undefined, {
    path: ['keyId'],
    message: 'or account_id must be given',
  });
export type RequestPage = z.output<typeof requestPageSchema> & RequestScope;

/** Whose requests, and when they completed; at least one of account and key. */
export interface RequestScope {
  accountId?: string;
  keyId?: string;
  /** Only what this member of the team has asked that the account is of. */
  memberId?: string;
  filter: RequestFilter;
  from?: Date;
  /** Exclusive. */
  to?: Date;
}

export const requestReferenceSchema = z.object({
  keyId: idSchema('key'),
  requestId: idSchema('request'),
});

const maxSequence = 2n ** 63n - 1n;

/** A page of everything recorded, by ledger sequence. */
export const recordedPageSchema = z.object({
  afterLedgerSequence: z.bigint().min(0n).max(maxSequence, 'must fit 63 bits'),
  limit: pageSize(recordedPageBounds),
});
export type RecordedPage = z.output<typeof recordedPageSchema>;
