import { randomUUID } from 'node:crypto';
import { TeamStandings } from '@modelbridge/access';
import { newId } from '@modelbridge/contracts';
import { CreateKeyRequest, type User } from '@modelbridge/contracts/auth.v1';
import { apiKeySha256 } from '@modelbridge/api-key';
import {
  authKeyChanged,
  authMembershipEnded,
  teamsMemberRemoved,
  teamsSettingsChanged,
} from '@modelbridge/contracts/events';
import { KeyMakers, TeamRole, type Standing } from '@modelbridge/contracts/teams.v1';
import { RpcError, rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { eventually } from '@modelbridge/testing-kit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TeamKeyLimits } from '../access/team-key-limits.service.js';
import { startTestAuth, type TestAuth } from '../testing/test-auth.js';

let auth: TestAuth;
let member: User;
/** What teams says of the member. */
let standing: Standing;
let ended: string[];
/** The account by the key whose limits billing was told of. */
const limited = new Map<string, string>();
let isBillingAway = false;

beforeAll(async () => {
  auth = await startTestAuth();
  member = await auth.userWithConsents('member@example.com');
  const { app } = auth.service.running;
  app.get(TeamStandings, { strict: false }).standingOf = (userId, accountId) =>
    Promise.resolve(
      userId === member.userId && accountId === standing.accountId ? standing : undefined,
    );
  app.get(TeamKeyLimits, { strict: false }).set = (keyId, { accountId }) => {
    if (isBillingAway) return Promise.reject(new RpcError('unavailable', 'away'));
    limited.set(keyId, accountId);
    return Promise.resolve();
  };
  ended = [];
  auth.outside.messaging.consume(authMembershipEnded, {
    durable: 'test__auth-membership-ended',
    handle: async ({ membershipId }) => void ended.push(membershipId),
  });
});
afterAll(() => auth.close());
beforeEach(() => {
  standing = {
    teamId: newId('team'),
    accountId: newId('account'),
    role: TeamRole.MEMBER,
    membershipId: newId('membership'),
    mayMakeKeys: true,
    settings: { allowedModels: [], neverStoredOnly: false, keyMakers: KeyMakers.MEMBERS },
  };
});

function make(over: object = {}): Promise<unknown> {
  const { userId } = member;
  const { accountId } = standing;
  return auth.client
    .createKey({
      ...CreateKeyRequest.fromPartial({ userId, accountId, name: randomUUID() }),
      ...over,
    })
    .catch(rpcErrorFrom);
}

const asMember = () => ({ actorUserId: member.userId });

async function endMembership(times: number): Promise<void> {
  const { teamId, membershipId } = standing;
  const { userId } = member;
  for (let told = 0; told < times; told += 1) {
    await auth.outside.messaging.publish(
      teamsMemberRemoved,
      { teamId, userId, membershipId, reason: 'removed' },
      { id: randomUUID() },
    );
  }
  await eventually(() =>
    expect(ended.filter((id) => id === membershipId).length).toBeGreaterThanOrEqual(times),
  );
}

describe('a key of a team', () => {
  it('carries the team and its maker, by whomever it is asked for', async () => {
    const { teamId, accountId } = standing;
    const key = { teamId, accountId, userId: member.userId };
    expect(await make(asMember())).toMatchObject({ key });
    expect(await make({ teamId })).toMatchObject({ key });
    expect(await make()).toMatchObject({ key });
  });

  it('is revoked with the membership, which auth says each time that it is told', async () => {
    const { key } = (await make(asMember())) as { key: { keyId: string } };
    const other = { ...standing, membershipId: newId('membership') };
    const first = standing;
    standing = other;
    const { key: kept } = (await make(asMember())) as { key: { keyId: string } };
    standing = first;
    await endMembership(2);
    expect(await auth.client.getKey({ keyId: key.keyId })).toMatchObject({
      key: { revokedAt: expect.any(Date) },
    });
    expect((await auth.client.getKey({ keyId: kept.keyId })).key?.revokedAt).toBeUndefined();
  });

  it('is not made under a membership that has ended meanwhile', async () => {
    await endMembership(1);
    expect(await make(asMember())).toMatchObject({ code: 'not_found', field: 'account_id' });
  });

  it('is told with what its team allows, the latest of it, and gateways are told to ask anew', async () => {
    const { key, apiKey } = (await make(asMember())) as {
      key: { keyId: string };
      apiKey: string;
    };
    const changed: string[] = [];
    auth.outside.messaging.consume(authKeyChanged, {
      durable: 'test__auth-key-changed',
      handle: async ({ keyId }) => void changed.push(keyId),
    });
    const allow = (allowedModels: string[], changedAt: string): Promise<unknown> =>
      auth.outside.messaging.publish(
        teamsSettingsChanged,
        { teamId: standing.teamId, allowedModels, neverStoredOnly: true, changedAt },
        { id: randomUUID() },
      );
    const allowed = async (): Promise<unknown> => {
      const answer = await auth.client.resolveKey({ keySha256: apiKeySha256(apiKey) });
      return answer.teamRestrictions;
    };
    expect(await allowed()).toBeUndefined();
    await allow(['glm-5'], '2026-11-28T10:00:01.000Z');
    await allow(['kimi-k2.5'], '2026-11-28T10:00:00.000Z');
    await allow(['minimax-m2.7'], '2026-11-28T10:00:02.000Z');
    await eventually(async () =>
      expect(await allowed()).toEqual({
        allowedModels: ['minimax-m2.7'],
        neverStoredOnly: true,
      }),
    );
    await eventually(() => expect(changed.filter((keyId) => keyId === key.keyId)).toHaveLength(2));
  });

  it('is not made by who may not make keys', async () => {
    standing = { ...standing, mayMakeKeys: false };
    expect(await make(asMember())).toMatchObject({
      code: 'permission_denied',
      message: 'only the team’s owner and admins make keys: ask one of them',
    });
  });

  it.each([
    ['of another team', () => ({ ...asMember(), teamId: newId('team') })],
    [
      'on their own account',
      () => ({ ...asMember(), teamId: newId('team'), accountId: member.accountId }),
    ],
    [
      'by an operator, of a team that they are not in',
      () => ({ teamId: newId('team'), accountId: newId('account') }),
    ],
  ])('is refused %s, naming team_id', async (_, over) => {
    expect(await make(over())).toMatchObject({ code: 'invalid_argument', field: 'team_id' });
  });

  it('is not made for somebody else', async () => {
    expect(await make({ ...asMember(), userId: newId('user') })).toMatchObject({
      code: 'not_found',
      field: 'user_id',
    });
  });

  it('has the team’s limits before it is there', async () => {
    const { key } = (await make(asMember())) as { key: { keyId: string } };
    expect(limited.get(key.keyId)).toBe(standing.accountId);
    isBillingAway = true;
    expect(await make(asMember())).toMatchObject({ code: 'unavailable' });
    isBillingAway = false;
    const { accountId } = standing;
    const { keys } = await auth.client.listKeys({ accountId, limit: 0, cursor: '' });
    expect(keys).toHaveLength(1);
  });

  it('waits for teams', async () => {
    const standings = auth.service.running.app.get(TeamStandings, { strict: false });
    const answer = standings.standingOf;
    standings.standingOf = () => Promise.reject(new RpcError('unavailable', 'away'));
    expect(await make(asMember())).toMatchObject({ code: 'unavailable' });
    standings.standingOf = answer;
  });
});
