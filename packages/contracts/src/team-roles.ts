import { TeamRole } from './gen/teams/v1/teams.js';

export const teamRoleCodes = {
  owner: TeamRole.OWNER,
  admin: TeamRole.ADMIN,
  member: TeamRole.MEMBER,
} as const;
export type TeamRoleName = keyof typeof teamRoleCodes;

/** Undefined where none is given, or one that only a newer sender knows. */
export function teamRoleName(code: TeamRole): TeamRoleName | undefined {
  return (Object.keys(teamRoleCodes) as TeamRoleName[]).find(
    (name) => teamRoleCodes[name] === code,
  );
}
