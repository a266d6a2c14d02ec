import { z } from 'zod';
import { idSchema } from '../ids.js';
import { defineEvent } from './event.js';

/** Somebody is to be told by mail of an invitation, for the first time or again. `email` must not be logged. */
export const teamsInvitationSent = defineEvent({
  subject: 'teams.invitation.sent.v1',
  stream: 'TEAMS',
  schema: z.object({
    invitationId: idSchema('invitation'),
    teamId: idSchema('team'),
    teamName: z.string().min(1).max(200),
    email: z.string().min(3).max(254),
    role: z.enum(['admin', 'member']),
    invitedByUserId: idSchema('user'),
    expiresAt: z.iso.datetime(),
  }),
});
