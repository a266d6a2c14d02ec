import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import type { AuditedAct } from '@modelbridge/contracts/audit';
import type { Tx } from '@modelbridge/service-kit/database';
import { Metrics } from '@modelbridge/service-kit/metrics';
import { actingNow, RpcError, rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { FakeClock } from '@modelbridge/testing-kit';
import { AuditService, type Act } from '../audit/audit.service.js';
import { TestRetention } from '../testing/test-retention.js';
import { OwnParts } from '../own-parts/own-parts.service.js';
import { EffectsService } from './effects.service.js';
import { Fulfilments } from './fulfilments.service.js';
import { People } from './people.service.js';

const dayMs = 24 * 3_600_000;

let retention: TestRetention;
let rights: ReturnType<TestRetention['rights']>;
const clock = new FakeClock('2026-05-01T12:00:00Z');
/** What auth was asked to do, and what the audit log has, in order. */
const done: string[] = [];
const log: (Act & Pick<AuditedAct, 'actor' | 'reason'>)[] = [];
let isAuthAway = false;
/** What other features would say. */
let ownsTeam = false;
let hasArchive = false;
const owner = () => new RpcError('failed_precondition', 'you own a team');
const answer = async (act: string): Promise<void> => {
  if (isAuthAway) throw new Error('auth is away');
  done.push(act);
};
beforeAll(async () => {
  retention = await TestRetention.start({ clock });
  rights = retention.rights();
  Object.assign(retention.part(People), {
    require: async () => undefined,
    restrict: (userId: string) => answer(`restrict ${userId}`),
    lift: (userId: string) => answer(`lift ${userId}`),
    withdraw: (userId: string, purpose: string) => answer(`withdraw ${purpose} ${userId}`),
  });
  const fulfilments = retention.part(Fulfilments);
  fulfilments.erasesBy({
    request: (userId) => (ownsTeam ? Promise.reject(owner()) : answer(`mail a code ${userId}`)),
    requireErasable: () => (ownsTeam ? Promise.reject(owner()) : Promise.resolve()),
    begin: (userId) => answer(`erase ${userId}`),
  });
  fulfilments.archivesBy({ prepare: () => Promise.resolve(hasArchive) });
  Object.assign(retention.part(AuditService), {
    record: async (_: Tx, act: Act) => void log.push({ ...act, ...actingNow('retention') }),
  });
});
afterAll(async () => {
  rights.close();
  await retention.close();
});
beforeEach(() => {
  isAuthAway = false;
  ownsTeam = false;
  hasArchive = false;
  done.length = 0;
  log.length = 0;
});

const pass = () => retention.part(EffectsService).run();
const ask = async (actorUserId: string, kind: string, purpose = '') =>
  (await rights.createPrivacyRequest({ actorUserId, kind, purpose })).request!;
let mails = 0;
const mailed = (over: object = {}) => ({
  kind: 'access',
  purpose: '',
  userId: '',
  receivedAt: clock.now(),
  reference: `mail-${(mails += 1)}`,
  ...over,
});
const openRequest = async (requestId: string) =>
  (await rights.listOpenPrivacyRequests({})).requests.find((one) => one.requestId === requestId);
async function deadlines(): Promise<Record<string, number>> {
  await pass();
  const gauge = retention
    .part(Metrics)
    .registry.getSingleMetric('modelbridge_privacy_requests_open');
  const { values } = await gauge!.get();
  return Object.fromEntries(
    values.map(({ labels, value }): [string, number] => [String(labels['deadline']), value]),
  );
}

describe('a request by form', () => {
  it('has 30 days from when it came, and is in the log without anything personal', async () => {
    const userId = newId('user');
    const request = await ask(userId, 'rectification');
    expect(request).toMatchObject({ state: 'open', channel: 'form', userId, effectPending: false });
    expect(request.dueAt!.getTime() - request.receivedAt!.getTime()).toBe(30 * dayMs);
    expect(log).toEqual([
      expect.objectContaining({
        act: 'privacy_request.received',
        objectIds: [request.requestId, userId],
        details: { kind: 'rectification' },
      }),
    ]);
    const closed = await rights.answerPrivacyRequest({
      requestId: request.requestId,
      outcome: 'fulfilled',
    });
    expect(closed.request).toMatchObject({ state: 'closed', outcome: 'fulfilled' });
    expect(await rights.listPrivacyRequests({ actorUserId: userId })).toEqual({
      requests: [closed.request],
    });
  });

  it('of restriction stops everything at once, until the last of them ends', async () => {
    const userId = newId('user');
    const [first, second] = [await ask(userId, 'restriction'), await ask(userId, 'restriction')];
    expect(first).toMatchObject({ state: 'in_effect', effectPending: false });
    expect(done).toEqual([`restrict ${userId}`, `restrict ${userId}`]);
    await rights.withdrawPrivacyRequest({ actorUserId: userId, requestId: first.requestId });
    expect(done).not.toContain(`lift ${userId}`);
    const last = { actorUserId: userId, requestId: second.requestId };
    const { request } = await rights.withdrawPrivacyRequest(last);
    expect(request).toMatchObject({ state: 'closed', outcome: 'withdrawn', effectPending: false });
    expect(await rights.withdrawPrivacyRequest(last)).toEqual({ request });
    expect(done.filter((act) => act.startsWith('lift'))).toEqual([`lift ${userId}`]);
  });

  it('of objection has its effect and is closed with it', async () => {
    const userId = newId('user');
    const request = await ask(userId, 'objection', 'service_statistics');
    expect(done).toEqual([`withdraw service_statistics ${userId}`]);
    expect(request).toMatchObject({ state: 'closed', outcome: 'fulfilled' });
  });

  it.each(['access', 'portability'])(
    'of %s has an archive made, and is closed with it',
    async (kind) => {
      const userId = newId('user');
      const request = await ask(userId, kind);
      expect(request).toMatchObject({ state: 'open', effectPending: true });
      hasArchive = true;
      await pass();
      const { requests } = await rights.listPrivacyRequests({ actorUserId: userId });
      expect(requests).toMatchObject([{ state: 'closed', outcome: 'fulfilled' }]);
    },
  );

  it('of erasure mails a code, without which nothing is erased, and none to who owns a team', async () => {
    const userId = newId('user');
    expect(await ask(userId, 'erasure')).toMatchObject({ state: 'open', effectPending: false });
    await pass();
    expect(done).toEqual([`mail a code ${userId}`]);
    ownsTeam = true;
    const refused = ask(newId('user'), 'erasure').catch(rpcErrorFrom);
    expect(await refused).toMatchObject({ code: 'failed_precondition' });
  });

  it('keeps its effect while auth is away, and has it afterwards', async () => {
    const userId = newId('user');
    isAuthAway = true;
    const request = await ask(userId, 'restriction');
    expect(request).toMatchObject({ state: 'open', effectPending: true });
    isAuthAway = false;
    await pass();
    expect(done).toEqual([`restrict ${userId}`]);
    expect(await openRequest(request.requestId)).toMatchObject({
      state: 'in_effect',
      effectPending: false,
    });
  });

  it('is nobody else’s', async () => {
    const { requestId } = await ask(newId('user'), 'access');
    const stranger = { actorUserId: newId('user'), requestId };
    const error = await rights.withdrawPrivacyRequest(stranger).catch(rpcErrorFrom);
    expect(error).toMatchObject({ code: 'not_found', field: 'request_id' });
    expect(await rights.listPrivacyRequests(stranger)).toEqual({ requests: [] });
  });

  it('is one of 20 that are not closed', async () => {
    const userId = newId('user');
    for (let n = 0; n < 20; n += 1) await ask(userId, 'other');
    expect(await ask(userId, 'other').catch(rpcErrorFrom)).toMatchObject({
      code: 'resource_exhausted',
    });
  });

  it.each([
    ['kind', { kind: 'minor' }],
    ['kind', { kind: '' }],
    ['purpose', { kind: 'objection', purpose: '' }],
    ['purpose', { kind: 'objection', purpose: 'everything' }],
    ['purpose', { kind: 'access', purpose: 'product_news' }],
    ['actor_user_id', { actorUserId: '' }],
  ])('is refused with a bad %s: %j', async (field, over) => {
    const asked = { actorUserId: newId('user'), kind: 'access', purpose: '', ...over };
    expect(await rights.createPrivacyRequest(asked).catch(rpcErrorFrom)).toMatchObject({
      code: 'invalid_argument',
      field,
    });
  });
});

describe('a request by mail', () => {
  it('is entered once, and has no effect before it is known who asks', async () => {
    const userId = newId('user');
    const mail = mailed({ kind: 'restriction' });
    const { request } = await rights.enterPrivacyRequest(mail);
    expect(await rights.enterPrivacyRequest(mail)).toEqual({ request });
    expect(request).toMatchObject({ state: 'unverified', channel: 'mail', userId: '' });
    await pass();
    expect(done).toEqual([]);
    const { requestId } = request!;
    const verification = { requestId, userId, method: 'account_address' };
    const { request: verified } = await rights.verifyPrivacyRequest(verification);
    expect(verified).toMatchObject({ state: 'in_effect', userId, dueAt: request?.dueAt });
    expect(done).toEqual([`restrict ${userId}`]);
    const again = await rights.verifyPrivacyRequest(verification).catch(rpcErrorFrom);
    expect(again).toMatchObject({ code: 'failed_precondition', field: 'request_id' });
    await rights.answerPrivacyRequest({ requestId, outcome: 'fulfilled' });
    expect(done.at(-1)).toBe(`lift ${userId}`);
    const staff = log.filter(({ actor }) => actor.kind === 'staff');
    expect(staff.map(({ act, reason }) => [act, reason])).toEqual([
      ['privacy_request.received', 'a test'],
      ['privacy_request.verified', 'a test'],
      ['privacy_request.closed', 'a test'],
    ]);
  });

  it('that reports a minor stops the account at once, without waiting for anything', async () => {
    const userId = newId('user');
    const { request } = await rights.enterPrivacyRequest(mailed({ kind: 'minor', userId }));
    expect(done).toEqual([`restrict ${userId}`]);
    expect(request).toMatchObject({ state: 'open', effectPending: false });
  });

  it('that reports a minor erases the account once staff says that it is true, or lets it go', async () => {
    const [userId, other] = [newId('user'), newId('user')];
    for (const [reported, outcome] of [
      [userId, 'fulfilled'],
      [other, 'refused'],
    ] as const) {
      const mail = mailed({ kind: 'minor', userId: reported });
      const { request } = await rights.enterPrivacyRequest(mail);
      await rights.answerPrivacyRequest({ requestId: request!.requestId, outcome });
    }
    expect(done).toEqual([
      ...[`restrict ${userId}`, `erase ${userId}`],
      ...[`restrict ${other}`, `lift ${other}`],
    ]);
  });

  it('of erasure begins it once it is known who asks, and not while they own a team', async () => {
    const userId = newId('user');
    const { request } = await rights.enterPrivacyRequest(mailed({ kind: 'erasure' }));
    const verification = { requestId: request!.requestId, userId, method: 'document' };
    ownsTeam = true;
    const refused = rights.verifyPrivacyRequest(verification).catch(rpcErrorFrom);
    expect(await refused).toMatchObject({ code: 'failed_precondition' });
    ownsTeam = false;
    await rights.verifyPrivacyRequest(verification);
    expect(done).toEqual([`erase ${userId}`]);
  });

  it.each([
    ['received_at', { receivedAt: new Date('2026-05-01T12:00:01Z') }],
    ['received_at', { receivedAt: new Date('2026-02-01') }],
    ['reference', { reference: 'ada@example.com' }],
    ['user_id', { userId: 'ada' }],
    ['user_id', { kind: 'minor' }],
  ])('is refused with a bad %s: %j', async (field, over) => {
    clock.set('2026-05-01T12:00:00Z');
    expect(await rights.enterPrivacyRequest(mailed(over)).catch(rpcErrorFrom)).toMatchObject({
      code: 'invalid_argument',
      field,
    });
  });
});

describe('the requests of a person', () => {
  it('go with them', async () => {
    const userId = newId('user');
    await ask(userId, 'access');
    await ask(userId, 'portability');
    const person = { userId, accountId: newId('account'), erasureId: newId('erasure') };
    expect(await retention.part(OwnParts).erase(person)).toMatchObject({ privacy_requests: 2 });
    expect(await rights.listPrivacyRequests({ actorUserId: userId })).toEqual({ requests: [] });
  });
});

describe('the clock of a request', () => {
  it('alarms 10 days before the 30 are over, and says what is overdue', async () => {
    await retention.database.execute('delete from privacy_request');
    clock.set('2026-05-01T12:00:00Z');
    await rights.enterPrivacyRequest(mailed());
    await ask(newId('user'), 'restriction');
    expect(await deadlines()).toEqual({ in_time: 2, soon: 0, overdue: 0 });
    clock.advance(20 * dayMs);
    expect(await deadlines()).toEqual({ in_time: 2, soon: 0, overdue: 0 });
    clock.advance(1);
    expect(await deadlines()).toEqual({ in_time: 1, soon: 1, overdue: 0 });
    clock.advance(10 * dayMs);
    expect(await deadlines()).toEqual({ in_time: 1, soon: 0, overdue: 1 });
  });

  it('cannot be set to anything but 30 days', async () => {
    const later = `update privacy_request set due_at = due_at + interval '1 day'`;
    await expect(retention.database.execute(later)).rejects.toThrow('due_in_30_days');
  });
});
