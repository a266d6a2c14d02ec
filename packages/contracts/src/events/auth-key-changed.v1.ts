import { z } from 'zod';
import { idSchema } from '../ids.js';
import { defineEvent } from './event.js';

/** What a key may do was changed: narrowed, widened, disabled, enabled or rotated. Gateways ask anew. */
export const authKeyChanged = defineEvent({
  subject: 'auth.key.changed.v1',
  stream: 'AUTH',
  schema: z.object({ keyId: idSchema('key') }),
});
