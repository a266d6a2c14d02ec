import { z } from 'zod';
import { defineEvent } from './event.js';

/** billing has committed every charge of these batches (or quarantined what contradicts an earlier one). */
export const billingChargePosted = defineEvent({
  subject: 'billing.charge.posted.v1',
  stream: 'BILLING',
  schema: z.object({ batchIds: z.array(z.uuid()).min(1).max(1000) }),
});
