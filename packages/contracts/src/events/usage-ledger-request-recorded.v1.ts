import { z } from 'zod';
import { defineEvent } from './event.js';
import { requestRecordSchema } from './usage-request-completed.v1.js';

/** A request record as the ledger keeps it. */
export const recordedRequestSchema = requestRecordSchema.extend({
  gatewayEpoch: z.uuid(),
  /** The ledger's own order; what ListRecorded pages by. */
  ledgerSequence: z.int().min(1),
});
export type RecordedRequest = z.infer<typeof recordedRequestSchema>;

/**
 * Requests that the ledger committed, once each in the ledger, a batch of one or more. Sent again
 * until billing announces the charges, so a consumer must expect a batch more than once.
 */
export const usageLedgerRequestRecorded = defineEvent({
  subject: 'usage-ledger.request.recorded.v1',
  stream: 'USAGE_LEDGER',
  schema: z.object({
    /** Names this batch in `billing.charge.posted.v1`. */
    batchId: z.uuid(),
    requests: z.array(recordedRequestSchema).min(1).max(500),
  }),
});
