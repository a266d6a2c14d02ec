import { randomUUID } from 'node:crypto';
import { uuidOf } from '@modelbridge/contracts';
import {
  CreateKeyRequest,
  ConsentSource,
  type Key,
  type User,
} from '@modelbridge/contracts/auth.v1';
import { TeamRole, type Team } from '@modelbridge/contracts/teams.v1';
import { eventually } from '@modelbridge/testing-kit';
import { AccountPlansService } from '../../../apps/billing/src/account-plans/account-plans.service.js';
import type { Services } from './services.js';

export const standings = ['owner', 'admin', 'member', 'former', 'stranger'] as const;
export type Standing = (typeof standings)[number];

/** A team, and one person of each standing to it. */
export interface Company {
  team: Team;
  people: Record<Standing, User>;
}

export async function person(services: Services): Promise<User> {
  const { operator } = services;
  const email = `${randomUUID()}@example.com`;
  const { user } = await operator.createUser({ email, name: 'P', plan: '' });
  if (user === undefined) throw new Error('no user');
  const { userId } = user;
  const { policyVersion } = await operator.getCurrentPolicy({});
  await operator.recordConsents({
    userId,
    policyVersion,
    termsAccepted: true,
    isAdult: true,
    source: ConsentSource.PERSON,
  });
  return user;
}

export async function company(services: Services): Promise<Company> {
  const teams = services.clients['teams.v1.TeamsService'];
  const made = await Promise.all(standings.map(async (name) => [name, await person(services)]));
  const people = Object.fromEntries(made) as Record<Standing, User>;
  const team = await teamOf(services, people);
  await teams.removeMember({
    actorUserId: people.owner.userId,
    teamId: team.teamId,
    userId: people.former.userId,
  });
  await eventually(() =>
    services.clients['billing.v1.BillingService'].getCredits({
      actorUserId: people.owner.userId,
      accountId: team.accountId,
    }),
  );
  await letAnybodyJoin(services, team);
  return { team, people };
}

/** Takes the team off the plan of new teams, which allows few members. */
export function letAnybodyJoin({ app }: Services, { accountId }: Team): Promise<unknown> {
  const plans = app.billing.get(AccountPlansService, { strict: false });
  return eventually(() => plans.set(uuidOf('account', accountId), ''));
}

/** A team of these people, the former member still in it. */
export async function teamOf(services: Services, people: Company['people']): Promise<Team> {
  const teams = services.clients['teams.v1.TeamsService'];
  const actorUserId = people.owner.userId;
  const { team } = await teams.createTeam({ actorUserId, name: randomUUID() });
  if (team === undefined) throw new Error('no team');
  const { teamId } = team;
  for (const name of ['admin', 'member', 'former'] as const) {
    const { userId, email } = people[name];
    const role = name === 'admin' ? TeamRole.ADMIN : TeamRole.MEMBER;
    const { invitation } = await teams.inviteMember({ actorUserId, teamId, email, role });
    const invitationId = invitation?.invitationId ?? '';
    await teams.acceptInvitation({ actorUserId: userId, invitationId });
  }
  return team;
}

/** A key that a person makes for themselves, on their own account or on a team's. */
export async function keyOf(services: Services, maker: User, accountId: string): Promise<Key> {
  const { key } = await services.clients['auth.v1.AuthService'].createKey(
    CreateKeyRequest.fromPartial({
      actorUserId: maker.userId,
      userId: maker.userId,
      accountId,
      name: randomUUID(),
    }),
  );
  if (key === undefined) throw new Error('no key');
  return key;
}
