import { z } from 'zod';
import { idSchema } from '../ids.js';
import { planNames } from '../plans.js';
import { defineEvent } from './event.js';

/** A team exists. billing opens its account and says so, until then it is sent again. */
export const teamsTeamCreated = defineEvent({
  subject: 'teams.team.created.v1',
  stream: 'TEAMS',
  schema: z.object({
    teamId: idSchema('team'),
    accountId: idSchema('account'),
    ownerUserId: idSchema('user'),
    plan: z.enum(planNames),
  }),
});
