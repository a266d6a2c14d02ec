import { createHash, randomUUID } from 'node:crypto';
import { newId } from '@modelbridge/contracts';
import type { User } from '@modelbridge/contracts/auth.v1';
import { LimitPeriod, LimitScope } from '@modelbridge/contracts/billing.v1';
import {
  ExportServiceClient,
  ExportState,
  type DownloadExportResponse,
} from '@modelbridge/contracts/retention.v1/export';
import { KeyMakers, TeamRole } from '@modelbridge/contracts/teams.v1';
import { SpendGranularity, SpendGroup } from '@modelbridge/contracts/usage_ledger.v1';
import { grpcClient, rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { eventually } from '@modelbridge/testing-kit';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { arrivedRecord } from '../../apps/usage-ledger/src/recording/recording.js';
import { RecordingService } from '../../apps/usage-ledger/src/recording/recording.service.js';
import { sampleRecord } from '../../apps/usage-ledger/src/testing/sample-records.js';
import { company, keyOf, type Company } from './visibility/people.js';
import { startServices, type Services } from './visibility/services.js';

let services: Services;
let own: Company;
let other: Company;
beforeAll(async () => {
  services = await startServices();
  own = await company(services);
  other = await company(services);
  const { team, people } = own;
  const used = (user: User, sequence: number) =>
    arrivedRecord(
      epoch,
      sampleRecord(sequence, {
        accountId: team.accountId,
        teamId: team.teamId,
        userId: user.userId,
      }),
    );
  const epoch = randomUUID();
  await services.app.ledger
    .get(RecordingService, { strict: false })
    .record([used(people.owner, 1), used(people.member, 2), used(people.member, 3)]);
});
afterAll(() => services.close());

describe('in their team', () => {
  const byRole = async <T>(question: (self: User) => Promise<T>): Promise<T[]> =>
    Promise.all((['owner', 'admin', 'member'] as const).map((name) => question(own.people[name])));

  it('a member sees their own spend, the owner and admins everybody’s by member', async () => {
    const day = 86_400_000;
    const today = Math.floor(Date.now() / day) * day;
    const spend = (self: User, over: object = {}) =>
      services.clients['usage_ledger.v1.UsageLedgerService'].listSpend({
        actorUserId: self.userId,
        accountId: own.team.accountId,
        keyId: '',
        userId: '',
        from: new Date(today - day),
        to: new Date(today + day),
        granularity: SpendGranularity.MONTH,
        groupBy: SpendGroup.USER,
        tagName: '',
        tags: {},
        ...over,
      });
    const requests = await byRole(async (self) =>
      Object.fromEntries((await spend(self)).spend.map((row) => [row.group, row.requests])),
    );
    const { owner, member } = own.people;
    const all = { [owner.userId]: 1n, [member.userId]: 2n };
    expect(requests).toEqual([all, all, { [member.userId]: 2n }]);
    const others = spend(member, { userId: owner.userId }).catch(rpcErrorFrom);
    expect(await others).toMatchObject({ code: 'not_found', field: 'user_id' });
    const activity = await spend(member, { accountId: '', userId: member.userId });
    expect(activity.spend).toMatchObject([{ group: member.userId, requests: 2n }]);
    const foreign = spend(owner, { accountId: '', userId: member.userId }).catch(rpcErrorFrom);
    expect(await foreign).toMatchObject({ code: 'not_found', field: 'user_id' });
  });

  it('everybody sees their own requests alone', async () => {
    const counts = await byRole(async ({ userId }) => {
      const { requests } = await services.clients[
        'usage_ledger.v1.UsageLedgerService'
      ].listRequests({
        actorUserId: userId,
        accountId: own.team.accountId,
        keyId: '',
        limit: 0,
        cursor: '',
        filter: undefined,
      });
      return requests.filter((request) => request.userId === userId).length === requests.length
        ? requests.length
        : 'another’s';
    });
    expect(counts).toEqual([1, 0, 2]);
  });

  it('a member sees their own keys, the owner and admins all', async () => {
    const { accountId } = own.team;
    const { keyId } = await keyOf(services, own.people.member, accountId);
    await keyOf(services, own.people.owner, accountId);
    const makers = await byRole(async ({ userId }) => {
      const { keys } = await services.clients['auth.v1.AuthService'].listKeys({
        actorUserId: userId,
        accountId,
        limit: 100,
        cursor: '',
      });
      expect(keys.map((key) => key.teamId)).toEqual(keys.map(() => own.team.teamId));
      expect(keys.map((key) => key.keyId)).toContain(keyId);
      return [...new Set(keys.map((key) => key.userId))];
    });
    expect(makers.map((users) => users.length > 1)).toEqual([true, true, false]);
    expect(makers[2]).toEqual([own.people.member.userId]);
  });

  it('a member sees their own limits and not the team’s balance', async () => {
    const billing = services.clients['billing.v1.BillingService'];
    const { accountId, teamId } = own.team;
    const { owner, member } = own.people;
    await services.clients['teams.v1.TeamsService'].setMemberLimit({
      actorUserId: owner.userId,
      teamId,
      userId: member.userId,
      monthlyLimitNanoUsd: 70n,
    });
    const { keyId } = await keyOf(services, member, accountId);
    const ask = (self: User, userId: string, key = keyId) =>
      billing.getLimits({ actorUserId: self.userId, accountId, userId, keyId: key });
    expect((await ask(member, member.userId)).limits).toMatchObject([
      { scope: LimitScope.MEMBER, period: LimitPeriod.MONTH, limitNanoUsd: 70n },
    ]);
    expect((await ask(owner, member.userId)).limits).toContainEqual(
      expect.objectContaining({ scope: LimitScope.ACCOUNT, period: LimitPeriod.TOTAL }),
    );
    expect(await ask(member, owner.userId).catch(rpcErrorFrom)).toMatchObject({
      code: 'not_found',
      field: 'user_id',
    });
    expect(await ask(member, member.userId, newId('key')).catch(rpcErrorFrom)).toMatchObject({
      code: 'not_found',
      field: 'key_id',
    });
  });

  it('a member sees their own month, the owner and admins everybody’s', async () => {
    const { team, people } = own;
    const everybody = [people.owner.userId, people.admin.userId, people.member.userId];
    await services.clients['teams.v1.TeamsService'].setMemberLimit({
      actorUserId: people.owner.userId,
      teamId: team.teamId,
      userId: people.member.userId,
      monthlyLimitNanoUsd: 7_000n,
    });
    const months = async (actor: User, userIds: string[]) => {
      const request = { actorUserId: actor.userId, accountId: team.accountId, userIds };
      return services.clients['billing.v1.BillingService']
        .listMemberLimits(request)
        .then(({ members }) => members.map((member) => member.monthlyLimitNanoUsd))
        .catch(rpcErrorFrom);
    };
    for (const leader of [people.owner, people.admin]) {
      expect(await months(leader, everybody)).toEqual([undefined, undefined, 7_000n]);
    }
    expect(await months(people.member, [people.member.userId])).toEqual([7_000n]);
    for (const userId of [people.owner.userId, people.admin.userId]) {
      expect(await months(people.member, [people.member.userId, userId])).toMatchObject({
        code: 'not_found',
        field: 'user_ids',
      });
    }
    expect(await months(other.people.owner, [people.member.userId])).toMatchObject({
      code: 'not_found',
      field: 'account_id',
    });
  });

  it('a new key begins with the team’s limits', async () => {
    const { accountId, teamId } = other.team;
    const { owner } = other.people;
    const actorUserId = owner.userId;
    const settings = {
      allowedModels: [],
      neverStoredOnly: false,
      keyMakers: KeyMakers.MEMBERS,
      defaultKeyDayNanoUsd: 9n,
    };
    const teams = services.clients['teams.v1.TeamsService'];
    await teams.changeTeamSettings({ actorUserId, teamId, settings });
    const { keyId } = await keyOf(services, owner, accountId);
    const { limits } = await services.clients['billing.v1.BillingService'].getLimits({
      actorUserId,
      accountId,
      userId: actorUserId,
      keyId,
    });
    expect(limits).toContainEqual(
      expect.objectContaining({
        scope: LimitScope.KEY,
        period: LimitPeriod.DAY,
        scopeId: keyId,
        limitNanoUsd: 9n,
      }),
    );
  });

  it('the limit of a member stands in the audit log once, as set by who set it', async () => {
    const { team, people } = other;
    const actorUserId = people.admin.userId;
    const { userId } = people.member;
    const monthlyLimitNanoUsd = 7n;
    await services.clients['teams.v1.TeamsService'].setMemberLimit({
      actorUserId,
      teamId: team.teamId,
      userId,
      monthlyLimitNanoUsd,
    });
    // What teams reports on the way of its own acts has come once this has.
    await services.clients['teams.v1.TeamsService'].changeMemberRole({
      actorUserId: people.owner.userId,
      teamId: team.teamId,
      userId,
      role: TeamRole.ADMIN,
    });
    const acts = async () => {
      const page = { log: team.accountId, limit: 100, cursor: '' };
      const auth = services.clients['auth.v1.AuthService'];
      const { entries } = await auth.listAuditEntries({ actorUserId, ...page });
      return entries;
    };
    await eventually(async () => {
      const found = (await acts()).map(({ act }) => act);
      expect(found).toEqual(expect.arrayContaining(['limit.changed', 'role.changed']));
    });
    const ofMember = (await acts()).filter(
      ({ act, objectIds }) => act === 'limit.changed' && objectIds.includes(userId),
    );
    expect(ofMember).toMatchObject([
      {
        actorKind: 'person',
        actorId: actorUserId,
        objectIds: [userId],
        details: { scope: 'member', period: 'month', limit_nano_usd: '7' },
      },
    ]);
    await services.clients['teams.v1.TeamsService'].changeMemberRole({
      actorUserId: people.owner.userId,
      teamId: team.teamId,
      userId,
      role: TeamRole.MEMBER,
    });
  });

  it('nobody gives themselves credit', async () => {
    const { owner } = own.people;
    for (const accountId of [owner.accountId, own.team.accountId]) {
      const call = services.clients['billing.v1.BillingService'].setLimit({
        actorUserId: owner.userId,
        accountId,
        scope: LimitScope.ACCOUNT,
        period: LimitPeriod.TOTAL,
        scopeId: '',
        limitNanoUsd: 1n,
      });
      expect(await call.catch(rpcErrorFrom)).toMatchObject({
        code: 'permission_denied',
        field: 'period',
      });
    }
  });
});

describe('their archive', () => {
  it('holds what services say of them, and nothing of anybody else', async () => {
    const { team, people } = own;
    const { member } = people;
    const { clients } = services;
    const exports = clients['retention.v1.ExportService'];
    const actorUserId = member.userId;
    const of = { accountId: member.accountId, actorUserId };
    await keyOf(services, member, member.accountId);
    await keyOf(services, member, team.accountId);
    await keyOf(services, people.owner, team.accountId);
    const said = [await services.say(member.userId, member.accountId)];
    said.unshift(await services.say(member.userId, team.accountId));
    const ofOwner = await services.say(people.owner.userId, team.accountId);
    const { request } = await clients['retention.v1.RightsService'].createPrivacyRequest({
      actorUserId,
      kind: 'rectification',
      purpose: '',
    });
    const { grant } = await clients['retention.v1.SupportGrantService'].createSupportGrant({
      actorUserId,
      requestIds: [said[0]!],
      from: undefined,
      to: undefined,
      expiresAt: undefined,
    });
    await clients['auth.v1.AuthService'].updateUser({
      actorUserId,
      userId: actorUserId,
      storeContent: false,
      preferences: undefined,
    });
    const unsubscribedKinds = ['plan_changed'];
    await clients['billing.v1.BillingService'].setNoticePreferences({
      actorUserId,
      accountId: team.accountId,
      preferences: { unsubscribedKinds },
    });
    const { export: made } = await exports.createExport(of);
    const { exportId } = made!;
    await eventually(async () => {
      const { export: found } = await exports.getExport({ ...of, exportId });
      expect(found?.state).toBe(ExportState.READY);
    });
    const { token } = await exports.createDownloadToken({ ...of, exportId });
    const files = unzipSync(await downloaded(token));
    const text = (path: string): string => Buffer.from(files[path]!).toString();
    const rows = (path: string) =>
      text(path)
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>);

    expect(JSON.parse(text('profile.json'))).toMatchObject({
      user_id: member.userId,
      account_id: member.accountId,
      email: member.email,
    });
    const keys = await Promise.all(
      [member.accountId, team.accountId].map((accountId) =>
        clients['auth.v1.AuthService'].listKeys({ actorUserId, accountId, limit: 100, cursor: '' }),
      ),
    );
    expect(rows('keys.jsonl').map((row) => row['key_id'])).toEqual(
      keys.flatMap((page) => page.keys.map(({ keyId }) => keyId)),
    );
    expect(rows('teams.jsonl')).toMatchObject([{ team_id: team.teamId, role: 'member' }]);
    const { requests } = await clients['usage_ledger.v1.UsageLedgerService'].listRequests({
      actorUserId,
      accountId: team.accountId,
      keyId: '',
      limit: 100,
      cursor: '',
      filter: undefined,
    });
    const year = new Date(requests[0]!.completedAt!).getUTCFullYear();
    const usage = rows(`usage-${team.teamId}-${year}.jsonl`);
    expect(requests.length).toBeGreaterThan(0);
    expect(usage.map((row) => row['id'])).toEqual(
      requests.map(({ requestId }) => requestId).reverse(),
    );
    expect(text(`usage-${team.teamId}-${year}.csv`).trimEnd().split('\r\n')).toHaveLength(
      requests.length + 1,
    );
    expect(rows(`usage-${year}.jsonl`)).toEqual([]);
    expect(rows('content.jsonl')).toMatchObject(
      said.map((id) => ({ id, request_body: '{"text":"said"}', reply_body: 'SAID' })),
    );
    expect(rows('privacy-requests.jsonl')).toMatchObject([
      { request_id: request?.requestId, kind: 'rectification', state: 'open' },
    ]);
    expect(rows('support-grants.jsonl')).toMatchObject([
      { grant_id: grant?.grantId, request_ids: [said[0]] },
    ]);
    expect(rows('exports.jsonl')).toMatchObject([{ export_id: exportId, state: 'preparing' }]);
    expect(JSON.parse(text('settings.json'))).toMatchObject({ store_content: false });
    expect(rows('notice-preferences.jsonl')).toMatchObject([
      { account_id: member.accountId, unsubscribed_kinds: [] },
      { account_id: team.accountId, unsubscribed_kinds: unsubscribedKinds },
    ]);
    expect(JSON.parse(text('auto-recharge.json'))).toMatchObject({ enabled: false });
    const log = await clients['auth.v1.AuthService'].listAuditEntries({
      actorUserId,
      log: member.accountId,
      limit: 100,
      cursor: '',
    });
    const hashes = log.entries.map(({ hash }) => Buffer.from(hash).toString('hex'));
    const logged = rows('audit-log.jsonl');
    expect(logged.map((row) => row['act'])).toContain('export.requested');
    expect(hashes).toEqual(expect.arrayContaining(logged.map((row) => row['hash'])));

    const manifest = JSON.parse(text('manifest.json')) as { files: Entry[] };
    expect(manifest.files.map(({ path }) => path).concat('manifest.json')).toEqual(
      Object.keys(files),
    );
    for (const { path, sha256, rows: count } of manifest.files) {
      expect(createHash('sha256').update(files[path]!).digest('hex')).toBe(sha256);
      if (path.endsWith('.jsonl')) expect([path, rows(path).length]).toEqual([path, count]);
    }
    for (const path of Object.keys(files)) {
      const about = text('README.md').split(`## ${path}\n`)[1]?.split('\n## ')[0] ?? '';
      expect([path, /^\n\w/.test(about)]).toEqual([path, true]);
      for (const name of path === 'README.md' ? [] : fieldsOf(path, text(path))) {
        expect([path, name, about.includes(`| ${name} |`)]).toEqual([path, name, true]);
      }
    }
    const all = Object.keys(files).map(text).join('\n');
    expect(all).not.toContain(ofOwner);
    const others = [people.owner, people.admin, people.stranger, other.people.owner];
    for (const { userId, email } of others) {
      for (const word of [userId, email]) expect(all).not.toContain(word);
    }
    expect(all).not.toMatch(/mb_(live|test)_/);
  });
});

/** The fields of a file of an archive, of objects within objects too; but not names that people have given. */
function fieldsOf(path: string, text: string): string[] {
  if (path.endsWith('.csv')) {
    const names = text.split('\r\n')[0]!.split(',');
    return names.filter((name) => !name.startsWith('tag.'));
  }
  const parts = path.endsWith('.jsonl') ? text.split('\n').filter(Boolean) : [text || '{}'];
  const fieldsIn = (value: unknown, within: string): string[] => {
    if (Array.isArray(value)) return value.flatMap((one) => fieldsIn(one, within));
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([name, inner]) =>
      /(^|_)(tags|headers|details)$/.test(name)
        ? [within + name]
        : [within + name, ...fieldsIn(inner, `${within}${name}.`)],
    );
  };
  return [...new Set(parts.flatMap((part) => fieldsIn(JSON.parse(part), '')))];
}

interface Entry {
  path: string;
  rows: number;
  sha256: string;
}

async function downloaded(token: string): Promise<Buffer> {
  const { grpcTarget, tlsOf } = services.retention;
  const gateway = grpcClient(ExportServiceClient, grpcTarget, tlsOf('gateway'));
  const parts: Buffer[] = [];
  const pieces = gateway.downloadExport({ token });
  for await (const { data } of pieces as AsyncIterable<DownloadExportResponse>) parts.push(data);
  gateway.close();
  return Buffer.concat(parts);
}

describe('who is removed', () => {
  it('loses the keys of this membership at once, and none of another account', async () => {
    const { team, people } = other;
    const { member, owner } = people;
    const auth = services.clients['auth.v1.AuthService'];
    const lost = await keyOf(services, member, team.accountId);
    const kept = await keyOf(services, member, member.accountId);
    expect(lost).toMatchObject({ teamId: team.teamId, userId: member.userId });
    const teams = services.clients['teams.v1.TeamsService'];
    const actorUserId = owner.userId;
    const { teamId } = team;
    await teams.removeMember({ actorUserId, teamId, userId: member.userId });
    const revokedAt = async (keyId: string) =>
      (await services.operator.getKey({ keyId })).key?.revokedAt;
    await eventually(async () => expect(await revokedAt(lost.keyId)).toBeInstanceOf(Date));
    expect(await revokedAt(kept.keyId)).toBeUndefined();
    const read = auth.getKey({ actorUserId: member.userId, keyId: lost.keyId });
    expect(await read.catch(rpcErrorFrom)).toMatchObject({ code: 'not_found', field: 'key_id' });
    const log = await auth.listAuditEntries({
      actorUserId,
      log: team.accountId,
      limit: 100,
      cursor: '',
    });
    expect(log.entries.map(({ act, actorId }) => [act, actorId])).toEqual(
      expect.arrayContaining([
        ['key.created', member.userId],
        ['key.revoked', 'auth'],
        ['member.removed', owner.userId],
      ]),
    );
  });
});
