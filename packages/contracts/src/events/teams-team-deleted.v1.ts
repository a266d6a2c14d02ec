import { z } from 'zod';
import { idSchema } from '../ids.js';
import { defineEvent } from './event.js';

/** A team is gone for good; each of its memberships has ended with an event of its own. */
export const teamsTeamDeleted = defineEvent({
  subject: 'teams.team.deleted.v1',
  stream: 'TEAMS',
  schema: z.object({ teamId: idSchema('team'), accountId: idSchema('account') }),
});
