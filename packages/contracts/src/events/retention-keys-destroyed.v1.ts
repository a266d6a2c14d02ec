import { z } from 'zod';
import { idSchema } from '../ids.js';
import { defineEvent } from './event.js';

/** A day's key or an author's secret is gone for good. Gateways drop and wipe what they have derived from it. */
export const retentionKeysDestroyed = defineEvent({
  subject: 'retention.keys.destroyed.v1',
  stream: 'RETENTION',
  schema: z.discriminatedUnion('kind', [
    /** All content keys of this UTC day, YYYY-MM-DD. */
    z.object({ kind: z.literal('day'), day: z.iso.date() }),
    /** All content keys of this author, and none will be made again. */
    z.object({ kind: z.literal('author'), userId: idSchema('user') }),
  ]),
});
