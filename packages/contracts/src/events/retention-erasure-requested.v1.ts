import { z } from 'zod';
import { idSchema } from '../ids.js';
import { defineEvent } from './event.js';

/**
 * A person is to be erased: their account is closed, and each service that hears it erases what it holds of them, keeps
 * what comes late from being theirs, and answers with `<service>.erasure.completed.v1`. Sent again until all have.
 */
export const retentionErasureRequested = defineEvent({
  subject: 'retention.erasure.requested.v1',
  stream: 'RETENTION',
  schema: z.object({
    erasureId: idSchema('erasure'),
    userId: idSchema('user'),
    accountId: idSchema('account'),
    /** Stand in where a team's records need somebody: made for this erasure, and nobody's. */
    pseudonym: z.object({ userId: idSchema('user'), keyId: idSchema('key') }),
  }),
});
