import { idSchema } from '@modelbridge/contracts';
import { z } from 'zod';

/** An account, and the erasure for which something is done to it. */
export const erasureReferenceSchema = z.object({
  userId: idSchema('user'),
  erasureId: idSchema('erasure'),
});
export type ErasureReference = z.output<typeof erasureReferenceSchema>;
