import { InvitationState, KeyMakers, TeamRole } from '@modelbridge/contracts/teams.v1';
import type { Invitation, Member, Team, TeamSettings } from '@modelbridge/contracts/teams.v1';
import type { MemberLimit } from '@modelbridge/contracts/billing.v1';
import type {
  Invitation as InvitationJson,
  Member as MemberJson,
  Team as TeamJson,
} from '@modelbridge/dashboard-api';

/** What is not known here is the least: a member. */
export function roleName(role: TeamRole): TeamJson['role'] {
  if (role === TeamRole.OWNER) return 'owner';
  return role === TeamRole.ADMIN ? 'admin' : 'member';
}

export function roleCode(role: 'admin' | 'member'): TeamRole {
  return role === 'admin' ? TeamRole.ADMIN : TeamRole.MEMBER;
}

export function teamJson(team: Team | undefined): TeamJson {
  if (team === undefined) throw new Error('teams answered without a team');
  return {
    team_id: team.teamId,
    name: team.name,
    account_id: team.accountId,
    owner_user_id: team.ownerUserId,
    created_at: (team.createdAt ?? new Date(0)).toISOString(),
    settings: {
      allowed_models: team.settings?.allowedModels ?? [],
      never_stored_only: team.settings?.neverStoredOnly ?? false,
      key_makers: team.settings?.keyMakers === KeyMakers.ADMINS ? 'admins' : 'members',
      default_key_total_nano_usd: team.settings?.defaultKeyTotalNanoUsd?.toString() ?? null,
      default_key_month_nano_usd: team.settings?.defaultKeyMonthNanoUsd?.toString() ?? null,
      default_key_day_nano_usd: team.settings?.defaultKeyDayNanoUsd?.toString() ?? null,
    },
    role: roleName(team.role),
  };
}

export function settingsOf(wanted: TeamJson['settings']): TeamSettings {
  const amount = (text: string | null) => (text === null ? undefined : BigInt(text));
  return {
    allowedModels: wanted.allowed_models,
    neverStoredOnly: wanted.never_stored_only,
    keyMakers: wanted.key_makers === 'admins' ? KeyMakers.ADMINS : KeyMakers.MEMBERS,
    defaultKeyTotalNanoUsd: amount(wanted.default_key_total_nano_usd),
    defaultKeyMonthNanoUsd: amount(wanted.default_key_month_nano_usd),
    defaultKeyDayNanoUsd: amount(wanted.default_key_day_nano_usd),
  };
}

/** @param month what they may spend and have spent in it */
export function memberJson(member: Member, month: MemberLimit | undefined): MemberJson {
  return {
    user_id: member.userId,
    role: roleName(member.role),
    joined_at: (member.joinedAt ?? new Date(0)).toISOString(),
    name: member.name ?? null,
    email: member.email ?? null,
    month_limit_nano_usd: month?.monthlyLimitNanoUsd?.toString() ?? null,
    month_used_nano_usd: (month?.usedNanoUsd ?? 0n).toString(),
    month_held_nano_usd: (month?.heldNanoUsd ?? 0n).toString(),
  };
}

const states: Partial<Record<InvitationState, InvitationJson['state']>> = {
  [InvitationState.OPEN]: 'open',
  [InvitationState.ACCEPTED]: 'accepted',
  [InvitationState.DECLINED]: 'declined',
  [InvitationState.WITHDRAWN]: 'withdrawn',
};

export function invitationJson(invitation: Invitation | undefined): InvitationJson {
  if (invitation === undefined) throw new Error('teams answered without an invitation');
  return {
    invitation_id: invitation.invitationId,
    team_id: invitation.teamId,
    team_name: invitation.teamName,
    email: invitation.email,
    role: invitation.role === TeamRole.ADMIN ? 'admin' : 'member',
    created_at: (invitation.createdAt ?? new Date(0)).toISOString(),
    expires_at: (invitation.expiresAt ?? new Date(0)).toISOString(),
    state: states[invitation.state] ?? 'expired',
  };
}
