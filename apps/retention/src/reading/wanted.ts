import { idSchema, uuidOf } from '@modelbridge/contracts';
import { z } from 'zod';
import { contentBounds } from '../contents/bounds.js';
import { spanOfOne, spanOfTime, type RequestSpan } from '../contents/span.js';

const accountId = idSchema('account').optional();

export const contentReferenceSchema = z.object({ requestId: idSchema('request'), accountId });

export const listSchema = z.object({
  accountId,
  grantId: idSchema('supportGrant').optional(),
  limit: z
    .int()
    .min(0)
    .max(contentBounds.largestPage, `must be at most ${contentBounds.largestPage}`)
    .transform((limit) => limit || contentBounds.pageSize),
  cursor: z
    .union([z.literal(''), idSchema('request')], 'is not a cursor of this list')
    .transform((cursor) => (cursor === '' ? undefined : uuidOf('request', cursor))),
});

/** What an author wants deleted. `said`: for the audit log. */
export interface Wanted {
  spans: (now: Date) => RequestSpan[];
  said: string;
  accountId?: string;
}

export const deletionSchema = z
  .object({
    requestIds: z
      .array(idSchema('request'))
      .max(contentBounds.named, `must be at most ${contentBounds.named}`),
    from: z.date().optional(),
    to: z.date().optional(),
    everything: z.boolean(),
    accountId,
  })
  .refine(
    ({ requestIds, from, to, everything }) =>
      [requestIds.length > 0, (from ?? to) !== undefined, everything].filter(Boolean).length === 1,
    {
      path: ['requestIds'],
      error: ', from and to, or everything says what is deleted: one of them is required',
    },
  )
  .refine(({ from, to }) => (from ?? to) === undefined || (from && to && from < to), {
    path: ['from'],
    error: 'and to must both be there, and from before to',
  })
  .transform(({ requestIds, from, to, everything, ...rest }): Wanted => {
    if (everything) return { ...rest, said: 'all', spans: everythingUntil };
    if (from !== undefined && to !== undefined)
      return { ...rest, said: 'span', spans: () => [spanOfTime(from, to)] };
    const spans = requestIds.map((id) => spanOfOne(uuidOf('request', id)));
    return { ...rest, said: String(spans.length), spans: () => spans };
  });

function everythingUntil(now: Date): RequestSpan[] {
  return [spanOfTime(new Date(0), new Date(now.getTime() + contentBounds.aheadMs))];
}
