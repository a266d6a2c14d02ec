import type { TeamRoleName } from '@modelbridge/contracts/team-roles';
import { idSchema } from '@modelbridge/contracts';
import { z } from 'zod';
import { teamBounds } from './bounds.js';
import { pageSchema } from './page.js';
import { settingsSchema, type Settings } from './settings.js';

export interface Team {
  teamId: string;
  name: string;
  accountId: string;
  ownerUserId: string;
  createdAt: Date;
  settings: Settings;
}

/** What can be given to a member; the owner is who the team says. */
export const givenRoles = ['admin', 'member'] as const;
export type GivenRole = (typeof givenRoles)[number];

export interface Member {
  userId: string;
  role: TeamRoleName;
  membershipId: string;
  joinedAt: Date;
}

const name = z
  .string()
  .trim()
  .min(1, 'is required')
  .max(teamBounds.nameLength, `must have at most ${teamBounds.nameLength} characters`)
  .regex(/^\P{Cc}*$/u, 'must not contain control characters');

const teamId = idSchema('team');
const userId = idSchema('user');

/** An id only of a caller that may have to ask again. */
export const newTeamSchema = z.object({ name, teamId: teamId.optional() });
export type NewTeam = z.output<typeof newTeamSchema>;
export const teamReferenceSchema = z.object({ teamId });
export const teamPageSchema = pageSchema('team');
export const memberPageSchema = z.object({ teamId, ...pageSchema('membership').shape });
export const teamNameSchema = z.object({ teamId, name });
export const teamSettingsSchema = z.object({ teamId, settings: settingsSchema });
export const memberReferenceSchema = z.object({ teamId, userId });
export const memberRoleSchema = z.object({
  teamId,
  userId,
  role: z.enum(givenRoles, 'must be ADMIN or MEMBER: the owner is changed by TransferOwnership'),
});
export const memberLimitSchema = z.object({
  teamId,
  userId,
  monthlyLimitNanoUsd: z
    .bigint()
    .min(0n, 'must be 0 or more')
    .max(2n ** 63n - 1n, 'must fit 63 bits')
    .optional(),
});
export const accountReferenceSchema = z.object({ accountId: idSchema('account') });
export const standingSchema = z.object({
  userId,
  team: z.discriminatedUnion(
    '$case',
    [
      z.object({ $case: z.literal('teamId'), value: teamId }),
      z.object({ $case: z.literal('accountId'), value: idSchema('account') }),
    ],
    'or its account must be named',
  ),
});

/** Two names with one key are the same to people. */
export function nameKey(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

export function mayMakeKeys({ settings }: Team, role: TeamRoleName): boolean {
  return settings.keyMakers === 'members' || role !== 'member';
}

/** Who follows an owner whose account is closed: the admin, else the member, who joined first. */
export function successorOf({ ownerUserId }: Team, members: readonly Member[]): Member | undefined {
  const others = members
    .filter(({ userId }) => userId !== ownerUserId)
    .sort((a, b) => a.joinedAt.getTime() - b.joinedAt.getTime());
  return others.find(({ role }) => role === 'admin') ?? others[0];
}
