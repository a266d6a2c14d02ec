import { z } from 'zod';
import { idSchema } from '../ids.js';
import { defineEvent } from './event.js';

/** auth has revoked the keys of an ended membership. Said every time that it is asked for. */
export const authMembershipEnded = defineEvent({
  subject: 'auth.membership.ended.v1',
  stream: 'AUTH',
  schema: z.object({ membershipId: idSchema('membership') }),
});
