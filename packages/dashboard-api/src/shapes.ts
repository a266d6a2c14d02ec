import * as z from 'zod/mini';

/** Money as a decimal string of nano-USD: a billionth of a dollar. May be negative. */
export const nanoUsd = z.string().check(z.regex(/^-?\d{1,30}$/, 'nano-USD as a decimal string'));

/** An instant, ISO 8601 in UTC. */
export const time = z.iso.datetime();

/** A page of a list; `next_cursor` is null on the last one. */
export function pageOf<T extends z.ZodMiniType>(item: T) {
  return z.object({ items: z.array(item), next_cursor: z.nullable(z.string()) });
}

/** A word in a query that may be said several times; read as a list, which is empty where it is not said. */
export const wordsInQuery = z.pipe(
  z.optional(z.union([z.string(), z.array(z.string()).check(z.maxLength(50))])),
  z.transform((said): string[] => (said === undefined ? [] : [said].flat())),
);
