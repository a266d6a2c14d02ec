import { z } from 'zod';
import { idSchema } from '../ids.js';
import { defineEvent } from './event.js';

/** What a team allows its keys was changed. The later change counts, in whatever order they come. */
export const teamsSettingsChanged = defineEvent({
  subject: 'teams.settings.changed.v1',
  stream: 'TEAMS',
  schema: z.object({
    teamId: idSchema('team'),
    /** Ids of models; empty: every model. */
    allowedModels: z.array(z.string().min(1).max(100)).max(100),
    neverStoredOnly: z.boolean(),
    /** UTC, ISO 8601; of one team each is later than the one before. */
    changedAt: z.iso.datetime(),
  }),
});
