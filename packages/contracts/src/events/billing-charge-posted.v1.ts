import { z } from 'zod';
import { idSchema } from '../ids.js';
import { nanoUsdJson } from '../money.js';
import { defineEvent } from './event.js';

/** billing has committed every charge of these batches (or quarantined what contradicts an earlier one). */
export const billingChargePosted = defineEvent({
  subject: 'billing.charge.posted.v1',
  stream: 'BILLING',
  schema: z.object({
    batchIds: z.array(z.uuid()).min(1).max(1000),
    /** All requests of these batches of which a part was not charged: no limit could bear it. The platform's loss. */
    overruns: z
      .array(z.object({ requestId: idSchema('request'), overrunNanoUsd: nanoUsdJson }))
      .max(10_000)
      .optional(),
  }),
});
