import { z } from 'zod';
import { idSchema } from '../ids.js';
import { defineEvent } from './event.js';

/** A key no longer opens anything. Gateways drop it from their caches. */
export const authKeyRevoked = defineEvent({
  subject: 'auth.key.revoked.v1',
  stream: 'AUTH',
  schema: z.object({ keyId: idSchema('key'), publicId: z.string().min(1).max(64) }),
});
