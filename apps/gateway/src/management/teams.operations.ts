import { z } from 'zod';
import { idSchema } from '@modelbridge/contracts';
import { nanoUsd, pageOf, pageQuery, time } from '../operations/schemas.js';
import { operation } from '../operations/operation.js';
import { invitationStates, keyMakers, memberRoles, teamRoles } from './team-words.js';

const tag = 'Teams';

const settings = {
  allowed_models: z
    .array(z.string().min(1).max(100))
    .max(100)
    .describe('Ids of models that the team’s keys may use; empty: every model.'),
  never_stored_only: z.boolean().describe('Only models whose content is never stored.'),
  key_makers: z.enum(keyMakers).describe('Who may make keys that the team pays for.'),
  default_key_total_nano_usd: nanoUsd.nullable().describe('What a new key may spend in all.'),
  default_key_month_nano_usd: nanoUsd.nullable().describe('The same in a UTC month.'),
  default_key_day_nano_usd: nanoUsd.nullable().describe('The same on a UTC day.'),
};

const team = z
  .object({
    object: z.literal('team'),
    id: idSchema('team'),
    name: z.string(),
    account_id: idSchema('account').describe('The billing account that pays.'),
    owner_user_id: idSchema('user'),
    role: z.enum(teamRoles).nullable().describe('Yours.'),
    settings: z.object(settings),
    created_at: time.nullable(),
  })
  .meta({ id: 'Team' });
export type TeamJson = z.output<typeof team>;

const member = z
  .object({
    object: z.literal('team_member'),
    user_id: idSchema('user'),
    name: z.string().nullable().describe('In lists; null where it cannot be told.'),
    email: z.string().nullable().describe('The same.'),
    role: z.enum(teamRoles).nullable(),
    joined_at: time.nullable(),
    monthly_limit_nano_usd: nanoUsd.nullable().describe('Null: no limit of their own.'),
    used_nano_usd: nanoUsd.describe('Of the team’s account, in this UTC month.'),
    held_nano_usd: nanoUsd.describe('Set aside for requests that run.'),
    remaining_nano_usd: nanoUsd
      .nullable()
      .describe('What the limit still leaves, 0 at least; null without one.'),
    resets_at: time.nullable().describe('When the month ends.'),
  })
  .meta({ id: 'TeamMember' });
export type MemberJson = z.output<typeof member>;

const invitation = z
  .object({
    object: z.literal('team_invitation'),
    id: z.string(),
    team_id: idSchema('team'),
    team_name: z.string(),
    email: z.string(),
    role: z.enum(teamRoles).nullable(),
    invited_by_user_id: idSchema('user'),
    state: z.enum(invitationStates).nullable(),
    created_at: time.nullable(),
    expires_at: time.nullable(),
  })
  .meta({ id: 'TeamInvitation' });
export type InvitationJson = z.output<typeof invitation>;

const done = z.object({ object: z.literal('done') });

const name = z.string().trim().min(1).max(100);
const ofTeam = z.strictObject({ id: idSchema('team') });
const ofMember = z.strictObject({ id: idSchema('team'), user_id: idSchema('user') });
const ofTeamsInvitation = z.strictObject({
  id: idSchema('team'),
  invitation_id: z.string().min(1).max(64),
});
const ofInvitation = z.strictObject({ id: z.string().min(1).max(64) });

export const listTeams = operation({
  id: 'listTeams',
  method: 'GET',
  path: '/v1/teams',
  tag,
  summary: 'The teams that you belong to, oldest first.',
  query: pageQuery,
  answer: pageOf(team),
});

export const createTeam = operation({
  id: 'createTeam',
  method: 'POST',
  path: '/v1/teams',
  tag,
  summary: 'Makes a team that you own, with a billing account of its own.',
  body: z.strictObject({ name }),
  status: 201,
  answer: team,
});

export const getTeam = operation({
  id: 'getTeam',
  method: 'GET',
  path: '/v1/teams/{id}',
  tag,
  summary: 'One team.',
  params: ofTeam,
  answer: team,
});

export const updateTeam = operation({
  id: 'updateTeam',
  method: 'PATCH',
  path: '/v1/teams/{id}',
  tag,
  summary: 'Changes what is given and nothing else; of the settings each by itself.',
  params: ofTeam,
  body: z.strictObject({
    name: name.optional(),
    settings: z.strictObject(settings).partial().optional(),
  }),
  answer: team,
});

export const deleteTeam = operation({
  id: 'deleteTeam',
  method: 'DELETE',
  path: '/v1/teams/{id}',
  tag,
  summary: 'Ends a team for good, and every key that was made under it.',
  params: ofTeam,
  answer: done,
});

export const transferTeam = operation({
  id: 'transferTeam',
  method: 'POST',
  path: '/v1/teams/{id}/transfer',
  tag,
  summary: 'Makes another member the owner; the former one stays as an admin.',
  params: ofTeam,
  body: z.strictObject({ user_id: idSchema('user') }),
  answer: team,
});

export const listTeamMembers = operation({
  id: 'listTeamMembers',
  method: 'GET',
  path: '/v1/teams/{id}/members',
  tag,
  summary:
    'The members with what they may spend in this month and have spent, longest membership first; a member sees themselves only.',
  params: ofTeam,
  query: pageQuery,
  answer: pageOf(member),
});

export const updateTeamMember = operation({
  id: 'updateTeamMember',
  method: 'PATCH',
  path: '/v1/teams/{id}/members/{user_id}',
  tag,
  summary: 'Changes a member’s role, or what they may spend of the team’s account in a UTC month.',
  params: ofMember,
  body: z
    .strictObject({
      role: z.enum(memberRoles).optional(),
      monthly_limit_nano_usd: nanoUsd.nullish().describe('Null: no limit of their own.'),
    })
    .refine(
      ({ role, monthly_limit_nano_usd: limit }) => role !== undefined || limit !== undefined,
      'must have role or monthly_limit_nano_usd',
    ),
  answer: done,
});

export const removeTeamMember = operation({
  id: 'removeTeamMember',
  method: 'DELETE',
  path: '/v1/teams/{id}/members/{user_id}',
  tag,
  summary: 'Ends a membership, your own too; keys made under it stop at once.',
  params: ofMember,
  answer: done,
});

export const listTeamInvitations = operation({
  id: 'listTeamInvitations',
  method: 'GET',
  path: '/v1/teams/{id}/invitations',
  tag,
  summary: 'The team’s open invitations, expired ones included, newest first.',
  params: ofTeam,
  query: pageQuery,
  answer: pageOf(invitation),
});

export const inviteTeamMember = operation({
  id: 'inviteTeamMember',
  method: 'POST',
  path: '/v1/teams/{id}/invitations',
  tag,
  summary: 'Invites the person who has this address.',
  params: ofTeam,
  body: z.strictObject({
    email: z.string().min(3).max(254),
    role: z.enum(memberRoles).default('member'),
  }),
  status: 201,
  answer: invitation,
});

export const resendTeamInvitation = operation({
  id: 'resendTeamInvitation',
  method: 'POST',
  path: '/v1/teams/{id}/invitations/{invitation_id}/resend',
  tag,
  summary: 'Sends an open invitation once more; it expires anew.',
  params: ofTeamsInvitation,
  body: z.strictObject({}),
  answer: invitation,
});

export const withdrawTeamInvitation = operation({
  id: 'withdrawTeamInvitation',
  method: 'DELETE',
  path: '/v1/teams/{id}/invitations/{invitation_id}',
  tag,
  summary: 'Withdraws an open invitation.',
  params: ofTeamsInvitation,
  answer: invitation,
});

export const listInvitations = operation({
  id: 'listInvitations',
  method: 'GET',
  path: '/v1/invitations',
  tag,
  summary: 'The open invitations for your address, newest first.',
  query: pageQuery,
  answer: pageOf(invitation),
});

export const acceptInvitation = operation({
  id: 'acceptInvitation',
  method: 'POST',
  path: '/v1/invitations/{id}/accept',
  tag,
  summary: 'Makes you a member.',
  params: ofInvitation,
  body: z.strictObject({}),
  answer: team,
});

export const declineInvitation = operation({
  id: 'declineInvitation',
  method: 'POST',
  path: '/v1/invitations/{id}/decline',
  tag,
  summary: 'Declines an invitation.',
  params: ofInvitation,
  body: z.strictObject({}),
  answer: invitation,
});
