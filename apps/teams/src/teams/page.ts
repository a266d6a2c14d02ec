import { isId, type IdKind } from '@modelbridge/contracts';
import { z } from 'zod';
import { teamBounds } from './bounds.js';

/** Where a page begins, and how many it has. */
export interface Page {
  limit: number;
  /** The id of the last one of the page before. */
  cursor: string | undefined;
}

/** Pages of a list whose cursors are ids of this kind. */
export function pageSchema(kind: IdKind) {
  return z.object({
    limit: z
      .int()
      .min(0, 'must be 0 or more')
      .max(teamBounds.maxPage, `must be at most ${teamBounds.maxPage}`)
      .transform((limit) => limit || teamBounds.defaultPage),
    cursor: z
      .string()
      .refine((cursor) => cursor === '' || isId(kind, cursor), notOfThisList)
      .transform((cursor) => cursor || undefined),
  });
}

export const notOfThisList =
  'is not a cursor of this list: give the next_cursor of its page before';

/** A page of what was found, of which there may be one more than the page holds. */
export function pageOf<T>(
  found: readonly T[],
  { limit }: Page,
  idOf: (item: T) => string,
): { items: T[]; nextCursor: string } {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: found.length > limit && last !== undefined ? idOf(last) : '' };
}
