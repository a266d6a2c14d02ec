import type { MemberLimit } from '@modelbridge/contracts/billing.v1';
import {
  KeyMakers,
  type Invitation,
  type Member,
  type Team,
  type TeamSettings,
} from '@modelbridge/contracts/teams.v1';
import { teamRoleCodes } from '@modelbridge/contracts/team-roles';
import { invitationStateCodes, keyMakerCodes, wordOf } from './team-words.js';
import type { InvitationJson, MemberJson, TeamJson } from './teams.operations.js';

export function teamJson(team: Team): TeamJson {
  return {
    object: 'team',
    id: team.teamId,
    name: team.name,
    account_id: team.accountId,
    owner_user_id: team.ownerUserId,
    role: wordOf(teamRoleCodes, team.role),
    settings: settingsJson(team.settings),
    created_at: team.createdAt?.toISOString() ?? null,
  };
}

function settingsJson(given: TeamSettings | undefined): TeamJson['settings'] {
  return {
    allowed_models: given?.allowedModels ?? [],
    never_stored_only: given?.neverStoredOnly ?? false,
    key_makers: wordOf(keyMakerCodes, given?.keyMakers) ?? 'members',
    default_key_total_nano_usd: given?.defaultKeyTotalNanoUsd?.toString() ?? null,
    default_key_month_nano_usd: given?.defaultKeyMonthNanoUsd?.toString() ?? null,
    default_key_day_nano_usd: given?.defaultKeyDayNanoUsd?.toString() ?? null,
  };
}

/** The settings with what is wanted in the place of what was. */
export function changedSettings(
  before: TeamSettings | undefined,
  wanted: Partial<TeamJson['settings']>,
): TeamSettings {
  const merged = { ...settingsJson(before), ...wanted };
  const money = (text: string | null): bigint | undefined =>
    text === null ? undefined : BigInt(text);
  return {
    allowedModels: merged.allowed_models,
    neverStoredOnly: merged.never_stored_only,
    keyMakers: keyMakerCodes[merged.key_makers] ?? KeyMakers.MEMBERS,
    defaultKeyTotalNanoUsd: money(merged.default_key_total_nano_usd),
    defaultKeyMonthNanoUsd: money(merged.default_key_month_nano_usd),
    defaultKeyDayNanoUsd: money(merged.default_key_day_nano_usd),
  };
}

/** With what billing says of their month. */
export function memberJson(
  member: Member,
  month: MemberLimit,
  resetsAt: Date | undefined,
): MemberJson {
  const { monthlyLimitNanoUsd: limit, usedNanoUsd: used, heldNanoUsd: held } = month;
  const left = limit === undefined ? undefined : limit - used - held;
  return {
    object: 'team_member',
    user_id: member.userId,
    name: member.name ?? null,
    email: member.email ?? null,
    role: wordOf(teamRoleCodes, member.role),
    joined_at: member.joinedAt?.toISOString() ?? null,
    monthly_limit_nano_usd: limit?.toString() ?? null,
    used_nano_usd: used.toString(),
    held_nano_usd: held.toString(),
    // A limit that was lowered may be exceeded by what is held.
    remaining_nano_usd: left === undefined ? null : String(left < 0n ? 0n : left),
    resets_at: resetsAt?.toISOString() ?? null,
  };
}

export function invitationJson(invitation: Invitation): InvitationJson {
  return {
    object: 'team_invitation',
    id: invitation.invitationId,
    team_id: invitation.teamId,
    team_name: invitation.teamName,
    email: invitation.email,
    role: wordOf(teamRoleCodes, invitation.role),
    invited_by_user_id: invitation.invitedByUserId,
    state: wordOf(invitationStateCodes, invitation.state),
    created_at: invitation.createdAt?.toISOString() ?? null,
    expires_at: invitation.expiresAt?.toISOString() ?? null,
  };
}
