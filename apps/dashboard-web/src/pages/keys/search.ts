import * as z from 'zod/mini';

export const keysSearch = z.object({
  /** The key that is open beside the list. */
  key: z.catch(z.optional(z.string()), undefined),
  /** `1`: the dialog that makes a key is open. */
  create: z.catch(z.optional(z.literal(1)), undefined),
});
