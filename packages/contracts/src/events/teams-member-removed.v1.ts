import { z } from 'zod';
import { idSchema } from '../ids.js';
import { defineEvent } from './event.js';

/**
 * A membership has ended for good. auth revokes the keys that were made under it and says so
 * (`auth.membership.ended.v1`), until then it is sent again.
 */
export const teamsMemberRemoved = defineEvent({
  subject: 'teams.member.removed.v1',
  stream: 'TEAMS',
  schema: z.object({
    teamId: idSchema('team'),
    userId: idSchema('user'),
    membershipId: idSchema('membership'),
    reason: z.enum(['removed', 'left', 'team_deleted', 'account_closed']),
  }),
});
