import { idSchema, tagBounds, tagNameSchema, tagsSchema, tagWords } from '@modelbridge/contracts';
import { z } from 'zod';

export const granularities = ['hour', 'day', 'month'] as const;
export type Granularity = (typeof granularities)[number];

export const spendGroups = ['none', 'model', 'key', 'user', 'tag'] as const;
export type SpendGroup = (typeof spendGroups)[number];

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export const spendBounds = {
  /** The longest range of one answer, by granularity. */
  longestMs: { hour: 750 * hourMs, day: 400 * dayMs, month: 120 * 31 * dayMs },
  /** Rows of one answer. */
  maxRows: 10_000,
};

const optionalId = (kind: 'key' | 'account' | 'user') =>
  z
    .union([z.literal(''), idSchema(kind)], { error: `must be a ${kind} id` })
    .transform((id) => id || undefined);

const wholeHour = z
  .date('must be a time')
  .refine((time) => time.getTime() % hourMs === 0, 'must be a whole hour');

export const spendQuerySchema = z
  .object({
    accountId: optionalId('account'),
    keyId: optionalId('key'),
    userId: optionalId('user'),
    from: wholeHour,
    to: wholeHour,
    granularity: z.enum(granularities, 'must be hour, day or month'),
    groupBy: z.enum(spendGroups, 'must be model, key, user, tag or nothing'),
    tagName: z
      .union([z.literal(''), tagNameSchema], { error: `must be ${tagWords.name}` })
      .transform((name) => name || undefined),
    tags: tagsSchema.refine(
      (tags) => Object.keys(tags).length <= tagBounds.most,
      `must be at most ${tagBounds.most}`,
    ),
  })
  .refine(({ accountId, keyId, userId }) => (accountId ?? keyId ?? userId) !== undefined, {
    path: ['accountId'],
    message: 'or key_id or user_id must be given',
  })
  .refine(({ groupBy, tagName }) => (groupBy === 'tag') === (tagName !== undefined), {
    path: ['tagName'],
    message: 'must be given to group by a tag, and only then',
  })
  .refine(({ from, to }) => from < to, { path: ['to'], message: 'must be after from' })
  .refine(
    ({ from, to, granularity }) =>
      to.getTime() - from.getTime() <= spendBounds.longestMs[granularity],
    { path: ['to'], message: 'is too long after from for this granularity' },
  );
export type SpendQuery = z.output<typeof spendQuerySchema>;

/** True where sums of days answer a query. */
export function isOfWholeDays({ granularity, from, to }: SpendQuery): boolean {
  return granularity !== 'hour' && [from, to].every((time) => time.getTime() % dayMs === 0);
}

/** Sums of one period and group. */
export interface Spend {
  periodStart: Date;
  /** The model, key id, user id or value of the tag; empty without a group, and for requests without the tag. */
  group: string;
  requests: bigint;
  inputTokens: bigint;
  cacheReadTokens: bigint;
  cacheWrite5mTokens: bigint;
  cacheWrite1hTokens: bigint;
  outputTokens: bigint;
  reasoningTokens: bigint;
  costNanoUsd: bigint;
}

/** Whose requests, and when they completed; what is not given, and an empty list, is not narrowed. */
export interface SpendScope {
  accountId?: string;
  keyId?: string;
  memberId?: string;
  models?: readonly string[];
  keyIds?: readonly string[];
  userIds?: readonly string[];
  from?: Date;
  to?: Date;
}

export interface SpendExtent {
  requests: bigint;
  /** Of the tags that most of the requests have, in order. */
  tagNames: string[];
}
