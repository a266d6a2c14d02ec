import { z } from 'zod';
import { limitPeriodCodes, limitScopeCodes } from '@modelbridge/contracts/limits';
import { bounds } from '../bounds.js';

/** An integer in billionths of a US dollar: beyond what JSON's numbers hold exactly. */
export const nanoUsd = z
  .string()
  .regex(/^-?\d{1,19}$/, 'must be a decimal string of an integer in billionths of a US dollar')
  .describe('A decimal string of an integer in billionths of a US dollar.');

export const time = z.iso.datetime({ offset: true }).describe('UTC, ISO 8601.');

/** Where a page begins, and how many it has. */
export const pageQuery = z.strictObject({
  limit: z.int().min(1).max(bounds.maxPage).default(bounds.defaultPage),
  cursor: z
    .string()
    .max(bounds.maxIdentifierLength, 'must be the next_cursor of an earlier page')
    .default('')
    .describe('The next_cursor of the page before.'),
});

/** A page of a list. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({
    object: z.literal('list'),
    data: z.array(item),
    has_more: z.boolean(),
    next_cursor: z.string().nullable().describe('For the next page; null on the last.'),
  });
}

const names = <T extends string>(codes: Readonly<Record<T, unknown>>): [T, ...T[]] =>
  Object.keys(codes) as [T, ...T[]];

export const limit = z
  .object({
    scope: z.enum(names(limitScopeCodes)).nullable(),
    period: z.enum(names(limitPeriodCodes)).nullable(),
    limit_nano_usd: nanoUsd,
    used_nano_usd: nanoUsd,
    held_nano_usd: nanoUsd.describe('Set aside for requests that run.'),
    resets_at: time.nullable().describe('Null for what is counted for ever.'),
  })
  .meta({ id: 'Limit' });
