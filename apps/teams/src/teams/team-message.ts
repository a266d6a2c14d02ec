import { teamRoleCodes, teamRoleName } from '@modelbridge/contracts/team-roles';
import {
  KeyMakers,
  TeamRole,
  type Member as MemberMessage,
  type Standing as StandingMessage,
  type Team as TeamMessage,
  type TeamSettings,
} from '@modelbridge/contracts/teams.v1';
import type { KeyMakersName } from './settings.js';
import { givenRoles, mayMakeKeys, type GivenRole, type Member, type Team } from './team.js';

const keyMakerCodes: Record<KeyMakersName, KeyMakers> = {
  members: KeyMakers.MEMBERS,
  admins: KeyMakers.ADMINS,
};

interface OwnTeam {
  team: Team;
  self: Member;
}

type NamedMember = Member & Partial<Pick<MemberMessage, 'name' | 'email'>>;

/** A team as one of its members is shown it. */
export function teamMessage({ team, self }: OwnTeam): TeamMessage {
  return { ...team, settings: settingsMessage(team), role: teamRoleCodes[self.role] };
}

export function memberMessage(member: NamedMember): MemberMessage {
  return { name: undefined, email: undefined, ...member, role: teamRoleCodes[member.role] };
}

export function standingMessage({ team, self }: OwnTeam): StandingMessage {
  return {
    teamId: team.teamId,
    accountId: team.accountId,
    role: teamRoleCodes[self.role],
    membershipId: self.membershipId,
    mayMakeKeys: mayMakeKeys(team, self.role),
    settings: settingsMessage(team),
  };
}

/** What a request says of settings, in the words of the rules; undefined stays undefined. */
export function readSettings(settings: TeamSettings | undefined): unknown {
  if (settings === undefined) return undefined;
  const makers = Object.entries(keyMakerCodes).find(([, code]) => code === settings.keyMakers);
  return { ...settings, keyMakers: makers?.[0] };
}

/** Undefined for the owner's role, which is not given this way, and for none. */
export function readGivenRole(code: TeamRole): GivenRole | undefined {
  return givenRoles.find((role) => role === teamRoleName(code));
}

function settingsMessage({ settings }: Team): TeamSettings {
  return { ...settings, keyMakers: keyMakerCodes[settings.keyMakers] };
}
