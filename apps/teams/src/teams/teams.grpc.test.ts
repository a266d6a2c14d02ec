import { status } from '@grpc/grpc-js';
import { newId, uuidOf } from '@modelbridge/contracts';
import {
  authMembershipEnded,
  billingAccountOpened,
  retentionErasureRequested,
  teamsErasureCompleted,
  teamsMemberRemoved,
  teamsSettingsChanged,
  teamsTeamCreated,
} from '@modelbridge/contracts/events';
import { LimitPeriod, LimitScope } from '@modelbridge/contracts/billing.v1';
import { KeyMakers, TeamRole } from '@modelbridge/contracts/teams.v1';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { eventually } from '@modelbridge/testing-kit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { firstPage, TestTeams, type TestPerson } from '../testing/test-teams.js';
import { teamBounds } from './bounds.js';

let teams: TestTeams;
let owner: TestPerson;
beforeAll(async () => {
  teams = await TestTeams.start();
});
afterAll(() => teams.close());
beforeEach(() => {
  owner = teams.person();
});

const errorOf = (call: Promise<unknown>): Promise<unknown> => call.catch(rpcErrorFrom);

/** Events of the outbox that wait for a confirmation. */
async function waiting(id: string): Promise<{ subject: string; data: unknown }[]> {
  const rows = await teams.database.query<{ subject: string; payload: string }>(
    'select subject, payload from outbox where event_id = $1 and await_confirmation',
    [id],
  );
  return rows.map(({ subject, payload }) => ({
    subject,
    data: (JSON.parse(payload) as { data: unknown }).data,
  }));
}

async function membershipOf({ userId }: TestPerson, teamId: string): Promise<string> {
  const { standing } = await teams.client.getStanding({
    userId,
    team: { $case: 'teamId', value: teamId },
  });
  return standing?.membershipId ?? '';
}

describe('a team', () => {
  it('lists its members without names while auth does not answer', async () => {
    const { teamId } = await teams.team(owner);
    teams.namesError = status.UNAVAILABLE;
    const { members } = await teams.client.listMembers({
      actorUserId: owner.userId,
      teamId,
      ...firstPage,
    });
    teams.namesError = undefined;
    expect(members).toMatchObject([{ userId: owner.userId, name: undefined, email: undefined }]);
  });

  it('is its maker’s, with an account that billing is told to open until it has', async () => {
    const team = await teams.team(owner, ' Research ');
    expect(team).toMatchObject({
      name: 'Research',
      ownerUserId: owner.userId,
      role: TeamRole.OWNER,
      settings: { allowedModels: [], neverStoredOnly: false, keyMakers: KeyMakers.MEMBERS },
    });
    const { teamId, accountId } = team;
    expect(await waiting(accountId)).toEqual([
      {
        subject: teamsTeamCreated.subject,
        data: { teamId, accountId, ownerUserId: owner.userId, plan: 'free' },
      },
    ]);
    await teams.outside.messaging.publish(
      billingAccountOpened,
      { accountId },
      { id: newId('transaction') },
    );
    await eventually(async () => expect(await waiting(accountId)).toEqual([]));
    const actorUserId = owner.userId;
    expect(await teams.client.getTeam({ actorUserId, teamId })).toEqual({ team });
    expect(await teams.client.listTeams({ actorUserId, ...firstPage })).toEqual({
      teams: [team],
      nextCursor: '',
    });
  });

  it.each([
    ['is empty', ' ', 'name is required'],
    ['is too long', 'x'.repeat(201), 'name must have at most 200 characters'],
    ['has control characters', 'a\u0007', 'name must not contain control characters'],
  ])('is refused a name that %s', async (_, name, message) => {
    const refused = await errorOf(teams.client.createTeam({ actorUserId: owner.userId, name }));
    expect(refused).toMatchObject({ code: 'invalid_argument', field: 'name', message });
  });

  it('shares its name with no other team of its owner, however they are written or made', async () => {
    const taken = {
      code: 'already_exists',
      field: 'name',
      message: 'the owner has a team of this name already: choose another name',
    };
    const actorUserId = owner.userId;
    const outcomes = await Promise.all(
      ['Atlas', 'ATLAS', 'atlas'].map((name) =>
        errorOf(teams.client.createTeam({ actorUserId, name })),
      ),
    );
    expect(outcomes.filter((outcome) => 'team' in (outcome as object))).toHaveLength(1);
    expect(outcomes).toContainEqual(expect.objectContaining(taken));
    const { teamId } = await teams.team(owner, 'Other');
    const rename = (name: string) =>
      errorOf(teams.client.renameTeam({ actorUserId, teamId, name }));
    expect(await rename('aTLAS')).toMatchObject(taken);
    expect(await rename('OTHER')).toMatchObject({ team: { name: 'OTHER' } });
    await teams.team(teams.person(), 'Atlas');
  });

  it('is made once under an id of the caller’s, and is nobody else’s', async () => {
    const asked = { actorUserId: owner.userId, name: 'Asked often', teamId: newId('team') };
    const tries = await Promise.all([1, 2, 3].map(() => teams.client.createTeam(asked)));
    expect(new Set(tries.map(({ team }) => team?.accountId)).size).toBe(1);
    expect(tries[0]?.team?.teamId).toBe(asked.teamId);
    const stranger = { ...asked, actorUserId: teams.person().userId };
    expect(await errorOf(teams.client.createTeam(stranger))).toMatchObject({ code: 'not_found' });
    const { teamId: _, ...anew } = asked;
    expect(await errorOf(teams.client.createTeam(anew))).toMatchObject({ code: 'already_exists' });
  });

  it('is one of a number that its owner may have', async () => {
    for (let made = 0; made < teamBounds.teamsOwned; made += 1) await teams.team(owner);
    const call = teams.client.createTeam({ actorUserId: owner.userId, name: 'one more' });
    expect(await errorOf(call)).toMatchObject({
      code: 'resource_exhausted',
      field: 'actor_user_id',
      message: expect.stringMatching(/delete one or transfer its ownership/),
    });
  });

  it('keeps its settings, and names what is wrong with others', async () => {
    const { teamId } = await teams.team(owner);
    const settings = {
      allowedModels: ['glm-5'],
      neverStoredOnly: true,
      keyMakers: KeyMakers.ADMINS,
      defaultKeyMonthNanoUsd: 5_000_000_000n,
    };
    const change = (values: object) =>
      errorOf(
        teams.client.changeTeamSettings({
          actorUserId: owner.userId,
          teamId,
          settings: { ...settings, ...values },
        }),
      );
    const told: unknown[] = [];
    teams.outside.messaging.consume(teamsSettingsChanged, {
      durable: 'test__teams-settings-changed',
      handle: async (event) => void told.push(event),
    });
    expect(await change({})).toMatchObject({ team: { settings } });
    const { allowedModels, neverStoredOnly } = settings;
    await eventually(() =>
      expect(told).toContainEqual(
        expect.objectContaining({ teamId, allowedModels, neverStoredOnly }),
      ),
    );
    expect(await teams.client.getTeam({ actorUserId: owner.userId, teamId })).toMatchObject({
      team: { settings },
    });
    for (const [values, message] of [
      [{ allowedModels: ['no model'] }, /list ids of models/],
      [{ allowedModels: ['a', 'a'] }, /each model once/],
      [{ allowedModels: ['glm-5', 'gpt-99'] }, /"gpt-99", which is no model/],
      [{ keyMakers: KeyMakers.UNSPECIFIED }, /MEMBERS or ADMINS/],
      [{ defaultKeyDayNanoUsd: -1n }, /0 or more/],
    ] as const) {
      expect(await change(values)).toMatchObject({
        code: 'invalid_argument',
        field: 'settings',
        message: expect.stringMatching(message),
      });
    }
    const member = await teams.member(owner, teamId);
    const { standing } = await teams.client.getStanding({
      userId: member.userId,
      team: { $case: 'teamId', value: teamId },
    });
    expect(standing).toMatchObject({ role: TeamRole.MEMBER, mayMakeKeys: false, settings });
  });

  it('allows models by id and alias that there are, and keeps one that has left the catalog', async () => {
    const { teamId } = await teams.team(owner);
    const allow = (allowedModels: string[], actor = owner) => {
      const settings = { allowedModels, neverStoredOnly: false, keyMakers: KeyMakers.MEMBERS };
      const request = { actorUserId: actor.userId, teamId, settings };
      return errorOf(teams.client.changeTeamSettings(request));
    };
    const allowed = (allowedModels: string[]) => ({ team: { settings: { allowedModels } } });
    expect(await allow(['kimi', 'kimi-k2.5', 'glm-5'])).toMatchObject(
      allowed(['kimi-k2.5', 'glm-5']),
    );
    const { models } = teams;
    teams.models = models.filter(({ id }) => id !== 'glm-5');
    expect(await allow(['glm-5', 'kimi'])).toMatchObject(allowed(['glm-5', 'kimi-k2.5']));
    expect(await allow(['kimi'])).toMatchObject(allowed(['kimi-k2.5']));
    expect(await allow(['glm-5'])).toMatchObject({ code: 'invalid_argument', field: 'settings' });
    teams.modelsError = status.UNAVAILABLE;
    expect(await allow(['glm-5'])).toMatchObject({ code: 'unavailable', field: 'settings' });
    // Nobody is asked for what is named already, nor for who may not change it.
    expect(await allow(['kimi-k2.5'])).toMatchObject(allowed(['kimi-k2.5']));
    expect(await allow(['gpt-99'], teams.person())).toMatchObject({ code: 'not_found' });
    teams.modelsError = undefined;
    teams.models = models;
  });

  it('ends with all its memberships', async () => {
    const team = await teams.team(owner);
    const { teamId } = team;
    const member = await teams.member(owner, teamId);
    const memberships = [await membershipOf(owner, teamId), await membershipOf(member, teamId)];
    await teams.client.deleteTeam({ actorUserId: owner.userId, teamId });
    for (const id of memberships) {
      expect(await waiting(id)).toMatchObject([{ data: { reason: 'team_deleted' } }]);
    }
    const gone = await errorOf(teams.client.getTeam({ actorUserId: owner.userId, teamId }));
    expect(gone).toMatchObject({ code: 'not_found', field: 'team_id' });
    await teams.team(owner, team.name);
  });
});

describe('ownership', () => {
  it('goes to another member, and the former owner stays an admin', async () => {
    const { teamId } = await teams.team(owner);
    const heir = await teams.member(owner, teamId);
    const give = (userId: string) =>
      errorOf(teams.client.transferOwnership({ actorUserId: owner.userId, teamId, userId }));
    expect(await give(teams.person().userId)).toMatchObject({
      code: 'not_found',
      field: 'user_id',
    });
    expect(await give(heir.userId)).toMatchObject({
      team: { ownerUserId: heir.userId, role: TeamRole.ADMIN },
    });
    expect(await give(owner.userId)).toMatchObject({ code: 'permission_denied' });
    expect(await teams.client.getTeam({ actorUserId: heir.userId, teamId })).toMatchObject({
      team: { role: TeamRole.OWNER },
    });
  });

  it('does not go where it would make two teams of one name', async () => {
    const { teamId } = await teams.team(owner, 'Twin');
    const heir = await teams.member(owner, teamId);
    await teams.team(heir, 'twin');
    const call = teams.client.transferOwnership({
      actorUserId: owner.userId,
      teamId,
      userId: heir.userId,
    });
    expect(await errorOf(call)).toMatchObject({
      code: 'already_exists',
      field: 'user_id',
      message: expect.stringMatching(/rename one of the two first/),
    });
  });

  it('does not leave: the owner transfers it or deletes the team', async () => {
    const { teamId } = await teams.team(owner);
    const call = teams.client.leaveTeam({ actorUserId: owner.userId, teamId });
    expect(await errorOf(call)).toMatchObject({
      code: 'failed_precondition',
      field: 'team_id',
      message: 'the owner cannot leave the team: transfer the ownership first, or delete the team',
    });
  });

  it('goes to the next one when the owner is erased, and the team with the last; nothing tells of them', async () => {
    const { teamId } = await teams.team(owner, 'Heirloom');
    await teams.member(owner, teamId);
    const admin = await teams.member(owner, teamId, TeamRole.ADMIN);
    await teams.team(admin, 'heirloom');
    const alone = await teams.team(owner, 'Alone');
    const elsewhere = teams.person();
    await teams.invite(elsewhere, (await teams.team(elsewhere)).teamId, owner.email);
    await teams.invite(owner, teamId, elsewhere.email);
    const membership = await membershipOf(owner, teamId);
    const { userId } = owner;
    const erasure = { erasureId: newId('erasure'), userId, accountId: newId('account') };
    const pseudonym = { userId: newId('user'), keyId: newId('key') };
    const answers: { erasureId: string; counts: object }[] = [];
    teams.outside.messaging.subscribeLatest(teamsErasureCompleted, {
      handle: (answer) => void answers.push(answer),
    });
    await teams.outside.listening();
    const send = () =>
      teams.outside.messaging.publish(
        retentionErasureRequested,
        { ...erasure, pseudonym },
        { id: newId('erasure') },
      );
    await send();
    await eventually(async () =>
      expect(await waiting(membership)).toMatchObject([{ data: { reason: 'account_closed' } }]),
    );
    expect(await teams.client.getTeam({ actorUserId: admin.userId, teamId })).toMatchObject({
      team: { role: TeamRole.OWNER, name: `Heirloom ${teamId}` },
    });
    await eventually(async () => {
      const [row] = await teams.database.query<{ deleted: boolean }>(
        'select deleted_at is not null as deleted from team where id = $1',
        [uuidOf('team', alone.teamId)],
      );
      expect(row).toEqual({ deleted: true });
    });
    expect(await teams.client.listTeams({ actorUserId: owner.userId, ...firstPage })).toEqual({
      teams: [],
      nextCursor: '',
    });
    expect(alone.teamId).not.toBe(teamId);
    const counts = { memberships: 2, deleted_teams: 1, invitations: 4 };
    await eventually(() =>
      expect(answers).toEqual([
        { erasureId: erasure.erasureId, counts: expect.objectContaining(counts) },
      ]),
    );
    // The answer was lost: it is given again, and nothing is counted twice.
    await send();
    await eventually(() => expect(answers).toHaveLength(2));
    expect(answers[1]).toEqual(answers[0]);
    for (const name of ['team', 'team_member', 'team_invitation', 'erased_person', 'mail']) {
      const rows = await teams.database.query(
        `select from ${name} t where t::text like any ($1::text[])`,
        [[uuidOf('user', userId), userId, owner.email].map((text) => `%${text}%`)],
      );
      expect([name, rows]).toEqual([name, []]);
    }
  });
});

describe('a member', () => {
  it('is removed with the keys of this membership: auth is told until it has revoked them', async () => {
    const { teamId } = await teams.team(owner);
    const member = await teams.member(owner, teamId);
    const { userId } = member;
    const membershipId = await membershipOf(member, teamId);
    await teams.client.removeMember({ actorUserId: owner.userId, teamId, userId });
    expect(await waiting(membershipId)).toEqual([
      {
        subject: teamsMemberRemoved.subject,
        data: { teamId, userId, membershipId, reason: 'removed' },
      },
    ]);
    await teams.outside.messaging.publish(
      authMembershipEnded,
      { membershipId },
      { id: newId('transaction') },
    );
    await eventually(async () => expect(await waiting(membershipId)).toEqual([]));
    const { invitationId } = await teams.invite(owner, teamId, member.email);
    await teams.client.acceptInvitation({ actorUserId: userId, invitationId });
    expect(await membershipOf(member, teamId)).not.toBe(membershipId);
  });

  it('leaves', async () => {
    const { teamId } = await teams.team(owner);
    const member = await teams.member(owner, teamId);
    const membershipId = await membershipOf(member, teamId);
    await teams.client.leaveTeam({ actorUserId: member.userId, teamId });
    expect(await waiting(membershipId)).toMatchObject([{ data: { reason: 'left' } }]);
    expect(await membershipOf(member, teamId)).toBe('');
  });

  it('gets another role from the owner', async () => {
    const { teamId } = await teams.team(owner);
    const { userId } = await teams.member(owner, teamId);
    const change = (user: string, role: TeamRole) =>
      errorOf(
        teams.client.changeMemberRole({ actorUserId: owner.userId, teamId, userId: user, role }),
      );
    expect(await change(userId, TeamRole.ADMIN)).toMatchObject({
      member: { userId, role: TeamRole.ADMIN },
    });
    expect(await change(userId, TeamRole.OWNER)).toMatchObject({
      code: 'invalid_argument',
      field: 'role',
      message: expect.stringMatching(/TransferOwnership/),
    });
    expect(await change(owner.userId, TeamRole.MEMBER)).toMatchObject({
      code: 'failed_precondition',
      field: 'user_id',
      message: expect.stringMatching(/transfer the ownership first/),
    });
  });

  it('is removed by an admin, who removes neither admins nor themselves', async () => {
    const { teamId } = await teams.team(owner);
    const admin = await teams.member(owner, teamId, TeamRole.ADMIN);
    const other = await teams.member(owner, teamId, TeamRole.ADMIN);
    const member = await teams.member(owner, teamId);
    const remove = ({ userId }: TestPerson) =>
      errorOf(teams.client.removeMember({ actorUserId: admin.userId, teamId, userId }));
    expect(await remove(other)).toMatchObject({ code: 'permission_denied' });
    expect(await remove(admin)).toMatchObject({ code: 'failed_precondition', field: 'user_id' });
    expect(await remove(owner)).toMatchObject({ code: 'failed_precondition', field: 'user_id' });
    expect(await remove(member)).toEqual({});
    expect(await remove(member)).toMatchObject({ code: 'not_found', field: 'user_id' });
  });

  it('has a limit by month in billing, whose refusals name the fix', async () => {
    const { teamId, accountId } = await teams.team(owner);
    const { userId } = await teams.member(owner, teamId);
    const set = (user: string, monthlyLimitNanoUsd?: bigint) =>
      errorOf(
        teams.client.setMemberLimit({
          actorUserId: owner.userId,
          teamId,
          userId: user,
          monthlyLimitNanoUsd,
        }),
      );
    expect(await set(userId, 7n)).toEqual({});
    expect(teams.limits.at(-1)).toMatchObject({
      accountId,
      scope: LimitScope.MEMBER,
      period: LimitPeriod.MONTH,
      scopeId: userId,
      limitNanoUsd: 7n,
      // Billing audits it as done by them.
      actorUserId: owner.userId,
    });
    expect(await set(userId, -1n)).toMatchObject({
      code: 'invalid_argument',
      field: 'monthly_limit_nano_usd',
    });
    expect(await set(newId('user'), 7n)).toMatchObject({ code: 'not_found', field: 'user_id' });
    teams.limitError = status.FAILED_PRECONDITION;
    expect(await set(userId, 7n)).toMatchObject({
      code: 'failed_precondition',
      field: 'monthly_limit_nano_usd',
      message: expect.stringMatching(/set a higher limit, or none/),
    });
    teams.limitError = status.NOT_FOUND;
    expect(await set(userId, 7n)).toMatchObject({ code: 'unavailable' });
    teams.limitError = undefined;
  });
});

describe('the audit log', () => {
  it('is told who did what to whom, in the log of the team’s account', async () => {
    const { teamId, accountId } = await teams.team(owner);
    const { userId } = await teams.member(owner, teamId);
    const actorUserId = owner.userId;
    const role = TeamRole.ADMIN;
    await teams.client.changeMemberRole({ actorUserId, teamId, userId, role });
    await teams.client.transferOwnership({ actorUserId, teamId, userId });
    await teams.client.removeMember({ actorUserId: userId, teamId, userId: actorUserId });
    const by = (id: string) => ({ accountId, actorKind: 'person', actorId: id });
    const expected = [
      { act: 'team.created', objectIds: [teamId], ...by(actorUserId) },
      { act: 'member.joined', objectIds: [teamId, userId], ...by(userId) },
      { act: 'role.changed', details: { from: 'member', to: 'admin' }, ...by(actorUserId) },
      { act: 'role.changed', objectIds: [teamId, userId], details: { to: 'owner' } },
      { act: 'member.removed', objectIds: [teamId, actorUserId], ...by(userId) },
    ];
    await eventually(() =>
      expect(teams.audited.filter((entry) => entry.accountId === accountId)).toMatchObject(
        expected,
      ),
    );
  });
});

describe('lists', () => {
  it('of teams and members come by pages, oldest first', async () => {
    const actorUserId = owner.userId;
    const made = [await teams.team(owner), await teams.team(owner), await teams.team(owner)];
    const ofTeams = (page: object) =>
      teams.client.listTeams({ actorUserId, ...firstPage, ...page });
    const first = await ofTeams({ limit: 2 });
    const rest = await ofTeams({ limit: 2, cursor: first.nextCursor });
    const ids = [...first.teams, ...rest.teams].map(({ teamId }) => teamId);
    expect([ids, rest.nextCursor]).toEqual([made.map(({ teamId }) => teamId), '']);

    const { teamId } = made[0]!;
    const people = [owner, await teams.member(owner, teamId), await teams.member(owner, teamId)];
    const ofMembers = (page: object, actor = actorUserId) =>
      teams.client.listMembers({ actorUserId: actor, teamId, ...firstPage, ...page });
    const head = await ofMembers({ limit: 2 });
    await teams.client.removeMember({ actorUserId, teamId, userId: people[1]!.userId });
    const tail = await ofMembers({ limit: 2, cursor: head.nextCursor });
    const userIds = [...head.members, ...tail.members].map(({ userId }) => userId);
    expect([userIds, tail.nextCursor]).toEqual([people.map(({ userId }) => userId), '']);

    const self = people[2]!.userId;
    const own = await ofMembers({ limit: 1 }, self);
    expect(own).toMatchObject({ members: [{ userId: self }], nextCursor: '' });
    const past = own.members[0]!.membershipId;
    expect(await ofMembers({ cursor: past }, self)).toEqual({ members: [], nextCursor: '' });
  });

  it('refuse the cursor of another list', async () => {
    const actorUserId = owner.userId;
    const { teamId } = await teams.team(owner);
    const membershipId = newId('membership');
    const calls = [
      teams.client.listTeams({ actorUserId, limit: 0, cursor: membershipId }),
      teams.client.listMembers({ actorUserId, teamId, limit: 0, cursor: teamId }),
    ];
    for (const call of calls) {
      expect(await errorOf(call)).toMatchObject({
        code: 'invalid_argument',
        field: 'cursor',
        message: expect.stringMatching(/^cursor is not a cursor of this list/),
      });
    }
  });
});

describe('an actor', () => {
  it.each([
    ['missing', undefined],
    ['no user', newId('team')],
  ])('that is %s is named', async (_, actorUserId) => {
    expect(await errorOf(teams.client.listTeams({ actorUserId, ...firstPage }))).toMatchObject({
      code: 'invalid_argument',
      field: 'actor_user_id',
    });
  });
});
