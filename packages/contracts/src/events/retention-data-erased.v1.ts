import { z } from 'zod';
import { idSchema } from '../ids.js';
import { defineEvent } from './event.js';

/** Every service but auth has erased a person: auth lets go of them, here and at Clerk. Sent again until it has. */
export const retentionDataErased = defineEvent({
  subject: 'retention.data.erased.v1',
  stream: 'RETENTION',
  schema: z.object({
    erasureId: idSchema('erasure'),
    userId: idSchema('user'),
    accountId: idSchema('account'),
  }),
});
