import { z } from 'zod';
import { idSchema } from '../ids.js';
import { defineEvent } from './event.js';

/** A person was deleted at Clerk: the account is closed and its keys are revoked. What it held is still there. */
export const authUserDeleted = defineEvent({
  subject: 'auth.user.deleted.v1',
  stream: 'AUTH',
  schema: z.object({ userId: idSchema('user'), accountId: idSchema('account') }),
});
