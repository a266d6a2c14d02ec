import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import { type Key, KeyScope } from '@modelbridge/contracts/auth.v1';
import { MemberLimit } from '@modelbridge/contracts/billing.v1';
import {
  Invitation,
  InvitationState,
  KeyMakers,
  Member,
  Team,
  TeamRole,
} from '@modelbridge/contracts/teams.v1';
import { RpcError } from '@modelbridge/service-kit/grpc';
import * as operations from '../src/management/teams.operations.js';
import type { Operation } from '../src/operations/operation.js';
import { describedAnswers } from './testing/described-answers.js';
import { askManagement, type ManagementAnswer } from './testing/management-caller.js';
import { TestGateway } from './testing/test-gateway.js';

const teamId = newId('team');
const memberId = newId('user');
const at = new Date('2026-11-28T10:00:00Z');
const team = Team.fromPartial({
  teamId,
  name: 'Lab',
  accountId: newId('account'),
  ownerUserId: newId('user'),
  role: TeamRole.ADMIN,
  createdAt: at,
  settings: { allowedModels: ['glm-5'], keyMakers: KeyMakers.ADMINS, defaultKeyDayNanoUsd: 7n },
});
const member = Member.fromPartial({ userId: memberId, role: TeamRole.MEMBER, joinedAt: at });
const invitation = Invitation.fromPartial({
  invitationId: 'inv_1',
  teamId,
  teamName: 'Lab',
  email: 'grace@example.com',
  role: TeamRole.MEMBER,
  invitedByUserId: newId('user'),
  createdAt: at,
  expiresAt: at,
  state: InvitationState.OPEN,
});
const answers = {
  ...{ listTeams: { teams: [team] }, createTeam: { team }, getTeam: { team } },
  ...{ renameTeam: { team }, changeTeamSettings: { team }, transferOwnership: { team } },
  ...{ deleteTeam: {}, listMembers: { members: [member] }, changeMemberRole: { member } },
  ...{ setMemberLimit: {}, removeMember: {}, leaveTeam: {}, inviteMember: { invitation } },
  ...{ listInvitations: { invitations: [invitation] }, resendInvitation: { invitation } },
  ...{ withdrawInvitation: { invitation }, acceptInvitation: { team } },
  ...{ listReceivedInvitations: { invitations: [invitation] }, declineInvitation: { invitation } },
};
const bodies: Partial<Record<keyof typeof operations, object>> = {
  createTeam: { name: 'Lab' },
  updateTeam: { name: 'Lab 2' },
  transferTeam: { user_id: memberId },
  updateTeamMember: { role: 'admin', monthly_limit_nano_usd: '5000000000' },
  inviteTeamMember: { email: 'grace@example.com' },
  resendTeamInvitation: {},
  acceptInvitation: {},
  declineInvitation: {},
};
const all = Object.entries(operations) as Array<[keyof typeof operations, Operation]>;

function pathOf({ path }: Operation): string {
  const id = path.startsWith('/v1/invitations') ? 'inv_1' : teamId;
  return path
    .replace('{id}', id)
    .replace('{user_id}', memberId)
    .replace('{invitation_id}', 'inv_1');
}

describe('teams in the management API', () => {
  let gateway: TestGateway;
  let manager: { apiKey: string; key: Key };
  let isAsDescribed: (method: string, route: string, status: number, body: unknown) => void;

  beforeAll(async () => {
    gateway = await TestGateway.start();
    isAsDescribed = await describedAnswers(gateway.url);
    for (const [name, answer] of Object.entries(answers)) {
      gateway.services.answer(`teams.${name}`, () => answer);
    }
    gateway.services.answer('billing.listMemberLimits', () => ({
      members: [MemberLimit.fromPartial({ userId: memberId })],
      resetsAt: at,
    }));
  });
  afterAll(() => gateway.stop());
  beforeEach(() => {
    manager = gateway.services.createKey({ scope: KeyScope.MANAGEMENT });
    gateway.services.asked.length = 0;
  });

  const ask = (
    method: string,
    path: string,
    body?: object,
    apiKey = manager.apiKey,
  ): Promise<ManagementAnswer> => askManagement(gateway, apiKey, method, path, body);
  const asked = () => gateway.services.asked.filter(({ name }) => name.startsWith('teams.'));

  it.each(all)(
    '%s is answered as it is described, for the person behind the key',
    async (name, operation) => {
      const answer = await ask(operation.method, pathOf(operation), bodies[name]);
      expect(answer).toMatchObject({ status: operation.status });
      const { method, path, status } = operation;
      isAsDescribed(method.toLowerCase(), path, status, answer.body);
      expect(asked()).not.toEqual([]);
      for (const { request } of asked()) {
        expect(request).toMatchObject({ actorUserId: manager.key.userId });
      }
    },
  );

  it.each(all)(
    '%s opens no other team, and nothing of the person, to a key of a team',
    async (name, operation) => {
      const own = newId('team');
      const { apiKey } = gateway.services.createKey({ scope: KeyScope.MANAGEMENT, teamId: own });
      const { status } = await ask(operation.method, pathOf(operation), bodies[name], apiKey);
      if (name === 'listTeams') {
        expect(asked()).toMatchObject([{ name: 'teams.getTeam', request: { teamId: own } }]);
      } else {
        expect([403, 404]).toContain(status);
        expect(asked()).toEqual([]);
      }
    },
  );

  it.each([
    ['teams.listTeams', '/v1/teams'],
    ['teams.listMembers', `/v1/teams/${teamId}/members`],
    ['teams.listInvitations', `/v1/teams/${teamId}/invitations`],
    ['teams.listReceivedInvitations', '/v1/invitations'],
  ])('%s is asked for one page, and answers where the next begins', async (name, path) => {
    const whole = answers[name.slice('teams.'.length) as keyof typeof answers];
    gateway.services.answer(name, () => ({ ...whole, nextCursor: 'next' }));
    const { body } = await ask('GET', `${path}?limit=7&cursor=before`);
    gateway.services.answer(name, () => whole);
    expect(body).toMatchObject({ has_more: true, next_cursor: 'next' });
    const request = asked().find((call) => call.name === name)?.request;
    expect(request).toMatchObject({ limit: 7, cursor: 'before' });
    const refused = await ask('GET', `${path}?limit=101`);
    expect(refused).toMatchObject({ status: 400, body: { param: 'limit' } });
  });

  it('changes of the settings what is given, and leaves the rest', async () => {
    const settings = { never_stored_only: true, default_key_day_nano_usd: null };
    expect((await ask('PATCH', `/v1/teams/${teamId}`, { settings })).status).toBe(200);
    expect(asked().at(-1)).toMatchObject({
      name: 'teams.changeTeamSettings',
      request: {
        settings: {
          allowedModels: ['glm-5'],
          neverStoredOnly: true,
          keyMakers: KeyMakers.ADMINS,
          defaultKeyDayNanoUsd: undefined,
        },
      },
    });
  });

  it('says of members what they may spend in this month, and have spent', async () => {
    const ids = [memberId, newId('user'), newId('user')] as const;
    const { services } = gateway;
    services.answer('teams.listMembers', () => ({
      members: ids.map((userId) => Member.fromPartial({ userId, role: TeamRole.MEMBER })),
    }));
    const months = [
      { userId: ids[2], monthlyLimitNanoUsd: 5n, usedNanoUsd: 4n, heldNanoUsd: 3n },
      { userId: ids[1], usedNanoUsd: 9n },
      {
        userId: ids[0],
        monthlyLimitNanoUsd: 9_007_199_254_740_993n,
        usedNanoUsd: 2n,
        heldNanoUsd: 1n,
      },
    ];
    services.answer('billing.listMemberLimits', () => ({
      members: months.map((month) => MemberLimit.fromPartial(month)),
      resetsAt: new Date('2026-12-01T00:00:00Z'),
    }));
    const { status, body } = await ask('GET', `/v1/teams/${teamId}/members`);
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        data: [
          {
            user_id: ids[0],
            monthly_limit_nano_usd: '9007199254740993',
            used_nano_usd: '2',
            held_nano_usd: '1',
            remaining_nano_usd: '9007199254740990',
            resets_at: '2026-12-01T00:00:00.000Z',
          },
          { user_id: ids[1], monthly_limit_nano_usd: null, remaining_nano_usd: null },
          { user_id: ids[2], monthly_limit_nano_usd: '5', remaining_nano_usd: '0' },
        ],
      },
    });
    isAsDescribed('get', '/v1/teams/{id}/members', 200, body);
    expect(services.lastAsked('billing.listMemberLimits')).toMatchObject({
      accountId: team.accountId,
      userIds: ids,
      actorUserId: manager.key.userId,
    });
    // What is not known is not shown as no limit.
    services.answer('billing.listMemberLimits', () => ({ members: [], resetsAt: undefined }));
    expect((await ask('GET', `/v1/teams/${teamId}/members`)).status).toBe(503);
  });

  it('leaves where one removes oneself', async () => {
    await ask('DELETE', `/v1/teams/${teamId}/members/${manager.key.userId}`);
    expect(asked().map(({ name }) => name)).toEqual(['teams.leaveTeam']);
  });

  it.each([
    ['changeMemberRole', 'PATCH', `/members/${memberId}`, { role: 'admin' }, 'user_id', 'user_id'],
    ['changeMemberRole', 'PATCH', `/members/${memberId}`, { role: 'admin' }, 'team_id', 'id'],
    ['transferOwnership', 'POST', '/transfer', { user_id: memberId }, 'user_id', 'user_id'],
    ['resendInvitation', 'POST', '/invitations/inv_1/resend', {}, 'invitation_id', 'invitation_id'],
  ])(
    '%s that is refused for a field is told of it by the caller’s name: %s %s %j %s',
    async (...given) => {
      const [rpc, method, path, body, field, param] = given;
      gateway.services.answer(`teams.${rpc}`, () => {
        throw new RpcError('failed_precondition', 'Not so.', { field });
      });
      expect(await ask(method, `/v1/teams/${teamId}${path}`, body)).toMatchObject({
        body: { param },
      });
      gateway.services.answer(`teams.${rpc}`, () => answers[rpc as keyof typeof answers]);
    },
  );

  it.each([
    ['PATCH', `/v1/teams/${teamId}/members/${memberId}`, {}, 'body'],
    ['PATCH', `/v1/teams/${teamId}/members/${memberId}`, { role: 'owner' }, 'role'],
    ['POST', '/v1/teams', { name: ' ' }, 'name'],
    ['PATCH', `/v1/teams/${teamId}`, { settings: { key_makers: 'all' } }, 'settings.key_makers'],
    ['GET', '/v1/teams/team_1', undefined, 'id'],
  ])('%s %s of %j is refused naming %s', async (method, path, body, param) => {
    expect(await ask(method, path, body)).toMatchObject({ status: 400, body: { param } });
  });
});
