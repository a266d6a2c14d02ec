import { z } from 'zod';
import { idSchema } from '../ids.js';
import { defineEvent, type EventDefinition, type StreamName } from './event.js';

const schema = z.object({
  erasureId: idSchema('erasure'),
  /** Rows and other things that went or that were made nobody's, by kind. */
  counts: z.record(z.string().regex(/^[a-z_]{1,60}$/), z.int().min(0)),
});
export type ErasureCompleted = z.infer<typeof schema>;

function completed(service: string, stream: StreamName): EventDefinition<ErasureCompleted> {
  return defineEvent({ subject: `${service}.erasure.completed.v1`, stream, schema });
}

/** A service holds nothing of the person any more but what docs/privacy/erasure.md says stays. */
export const authErasureCompleted = completed('auth', 'AUTH');
export const billingErasureCompleted = completed('billing', 'BILLING');
export const teamsErasureCompleted = completed('teams', 'TEAMS');
export const usageLedgerErasureCompleted = completed('usage-ledger', 'USAGE_LEDGER');
