import * as z from 'zod/mini';

export const playgroundSearch = z.object({
  /** Ids of the models to talk with, side by side. */
  models: z.catch(z.optional(z.array(z.string()).check(z.maxLength(4))), undefined),
});
