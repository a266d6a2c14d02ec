import * as z from 'zod/mini';

export const SORTS = ['catalog', 'input', 'output', 'context', 'newest'] as const;
export type Sort = (typeof SORTS)[number];

const flag = z.catch(z.optional(z.literal(1)), undefined);
const words = z.catch(z.optional(z.string().check(z.maxLength(200))), undefined);

export const modelsSearch = z.object({
  /** The model that is open beside the list. */
  model: words,
  find: words,
  /** `1`: only models whose content is never stored. */
  never: flag,
  /** `1`: only models that take images. */
  images: flag,
  sort: z.catch(z.optional(z.enum(SORTS)), undefined),
});

export type ModelsSearch = z.infer<typeof modelsSearch>;
