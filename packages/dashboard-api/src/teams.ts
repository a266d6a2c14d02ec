import * as z from 'zod/mini';
import { routes } from './route.js';
import { nanoUsd, pageOf, time } from './shapes.js';

export const TEAM_ROLES = ['owner', 'admin', 'member'] as const;
/** What somebody can be made. */
export const GIVEN_ROLES = ['admin', 'member'] as const;

const settings = {
  /** Ids of models that the team's keys may use; empty: every model. */
  allowed_models: z
    .array(z.string().check(z.minLength(1), z.maxLength(100)))
    .check(z.maxLength(100)),
  /** Only models whose content is never stored. */
  never_stored_only: z.boolean(),
  /** Who may make keys that the team pays for; `admins`: and the owner. */
  key_makers: z.enum(['members', 'admins']),
  /** What a new key of the team may spend in all, by UTC month and by UTC day; null: no limit. */
  default_key_total_nano_usd: z.nullable(nanoUsd),
  default_key_month_nano_usd: z.nullable(nanoUsd),
  default_key_day_nano_usd: z.nullable(nanoUsd),
};

const team = z.object({
  team_id: z.string(),
  name: z.string(),
  account_id: z.string(),
  owner_user_id: z.string(),
  created_at: time,
  settings: z.object(settings),
  /** The person's own. */
  role: z.enum(TEAM_ROLES),
});

export type Team = z.infer<typeof team>;

const member = z.object({
  user_id: z.string(),
  role: z.enum(TEAM_ROLES),
  joined_at: time,
  /** Null where it is not known just now. */
  name: z.nullable(z.string()),
  email: z.nullable(z.string()),
  /** What they may spend of the team's money in this UTC month; null: no limit of their own. */
  month_limit_nano_usd: z.nullable(nanoUsd),
  month_used_nano_usd: nanoUsd,
  month_held_nano_usd: nanoUsd,
});

export type Member = z.infer<typeof member>;

const invitation = z.object({
  invitation_id: z.string(),
  team_id: z.string(),
  team_name: z.string(),
  email: z.string(),
  role: z.enum(GIVEN_ROLES),
  created_at: time,
  expires_at: time,
  state: z.enum(['open', 'accepted', 'declined', 'withdrawn', 'expired']),
});

export type Invitation = z.infer<typeof invitation>;

const one = z.object({ team_id: z.string() });
const oneMember = z.object({ team_id: z.string(), user_id: z.string() });
const oneInvitation = z.object({ team_id: z.string(), invitation_id: z.string() });
const received = z.object({ invitation_id: z.string() });
const cursor = z.object({ cursor: z.optional(z.string()) });
const name = z.string().check(z.trim(), z.minLength(1), z.maxLength(100));
const email = z.string().check(z.trim(), z.minLength(3), z.maxLength(320));
const nothing = z.strictObject({});

export const teamRoutes = routes({
  create: {
    method: 'POST',
    path: '/bff/teams',
    body: z.strictObject({ name }),
    response: team,
  },
  get: { method: 'GET', path: '/bff/teams/:team_id', params: one, response: team },
  rename: {
    method: 'PATCH',
    path: '/bff/teams/:team_id',
    params: one,
    body: z.strictObject({ name }),
    response: team,
  },
  /** All of them at once. */
  changeSettings: {
    method: 'PUT',
    path: '/bff/teams/:team_id/settings',
    params: one,
    body: z.strictObject(settings),
    response: team,
  },
  /** For ever: its keys stop at once. Asks for a proof of the person. */
  delete: { method: 'DELETE', path: '/bff/teams/:team_id', params: one },
  /** To another member; the person stays as an admin. Asks for a proof of the person. */
  transfer: {
    method: 'POST',
    path: '/bff/teams/:team_id/transfer',
    params: one,
    body: z.strictObject({ user_id: z.string() }),
    response: team,
  },
  leave: { method: 'POST', path: '/bff/teams/:team_id/leave', params: one, body: nothing },
  /** The longest membership first; a member sees themselves alone. */
  members: {
    method: 'GET',
    path: '/bff/teams/:team_id/members',
    params: one,
    query: cursor,
    response: pageOf(member),
  },
  changeRole: {
    method: 'PUT',
    path: '/bff/teams/:team_id/members/:user_id/role',
    params: oneMember,
    body: z.strictObject({ role: z.enum(GIVEN_ROLES) }),
  },
  /** Null removes it. */
  setMemberLimit: {
    method: 'PUT',
    path: '/bff/teams/:team_id/members/:user_id/limit',
    params: oneMember,
    body: z.strictObject({ month_limit_nano_usd: z.nullable(nanoUsd) }),
  },
  /** Their keys of the team stop at once. */
  removeMember: {
    method: 'DELETE',
    path: '/bff/teams/:team_id/members/:user_id',
    params: oneMember,
  },
  /** The open ones, expired ones included, newest first. */
  invitations: {
    method: 'GET',
    path: '/bff/teams/:team_id/invitations',
    params: one,
    query: cursor,
    response: pageOf(invitation),
  },
  invite: {
    method: 'POST',
    path: '/bff/teams/:team_id/invitations',
    params: one,
    body: z.strictObject({ email, role: z.enum(GIVEN_ROLES) }),
    response: invitation,
  },
  resend: {
    method: 'POST',
    path: '/bff/teams/:team_id/invitations/:invitation_id/resend',
    params: oneInvitation,
    body: nothing,
    response: invitation,
  },
  withdraw: {
    method: 'DELETE',
    path: '/bff/teams/:team_id/invitations/:invitation_id',
    params: oneInvitation,
    response: invitation,
  },
  /** Those to the person's own address. */
  received: {
    method: 'GET',
    path: '/bff/invitations',
    query: cursor,
    response: pageOf(invitation),
  },
  invitation: {
    method: 'GET',
    path: '/bff/invitations/:invitation_id',
    params: received,
    response: invitation,
  },
  accept: {
    method: 'POST',
    path: '/bff/invitations/:invitation_id/accept',
    params: received,
    body: nothing,
    response: team,
  },
  decline: {
    method: 'POST',
    path: '/bff/invitations/:invitation_id/decline',
    params: received,
    body: nothing,
    response: invitation,
  },
});
