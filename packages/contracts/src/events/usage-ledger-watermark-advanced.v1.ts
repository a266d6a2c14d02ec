import { z } from 'zod';
import { defineEvent } from './event.js';

/** Everything of these gateway epochs up to these sequences is committed: the spool may forget it. */
export const usageLedgerWatermarkAdvanced = defineEvent({
  subject: 'usage-ledger.watermark.advanced.v1',
  stream: 'USAGE_LEDGER',
  schema: z.object({
    epochs: z
      .array(z.object({ gatewayEpoch: z.uuid(), settledSequence: z.int().min(0) }))
      .min(1)
      .max(1000),
  }),
});
