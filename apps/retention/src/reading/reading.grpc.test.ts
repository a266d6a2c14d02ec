import { status } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import { retentionActPerformed } from '@modelbridge/contracts/events';
import { rpcErrorFrom, type RemoteError } from '@modelbridge/service-kit/grpc';
import { HoldingsService } from '../contents/holdings.service.js';
import { authorKey } from '../keyring/keyring.js';
import { KeysService } from '../keyring/keys.service.js';
import { eventually } from '@modelbridge/testing-kit';
import { serviceError, TestRetention } from '../testing/test-retention.js';

let retention: TestRetention;
const acts: { act: string; objectIds: string[]; details: Record<string, string> }[] = [];
beforeAll(async () => {
  retention = await TestRetention.start();
  retention.outside.messaging.consume(retentionActPerformed, {
    durable: 'auth__retention-act-performed',
    handle: async (act) => void acts.push(act),
  });
});
afterAll(() => retention.close());
afterEach(() => {
  retention.onAudit = () => undefined;
  retention.clock.set('2026-03-10T12:00:00Z');
});

function read(requestId: string, actorUserId: string, accountId?: string) {
  return retention.clients.content.getContent({ requestId, actorUserId, accountId });
}

function readAsSupport(requestId: string) {
  return retention.clients.support.getContent({ requestId });
}

async function refusal(call: Promise<unknown>): Promise<RemoteError | undefined> {
  return call.then(
    () => undefined,
    (error: unknown) => rpcErrorFrom(error),
  );
}

const nothing = { code: 'not_found', field: 'request_id' };

describe('reading', () => {
  it('gives authors what they said and were answered, once it is in the audit log', async () => {
    const userId = newId('user');
    const said = await retention.say(userId, 'a question');
    const opened = await read(said.requestId, userId);
    expect(opened.request?.body.toString()).toBe('{"text":"a question"}');
    expect(opened.reply?.body.toString()).toBe('A QUESTION');
    expect(opened).toMatchObject({ method: 'POST', status: 200, model: 'claude-test' });
    expect(opened.held).toMatchObject({
      requestId: said.requestId,
      unreadableAt: new Date('2026-04-09T00:00:00Z'),
    });
    expect(retention.audited.at(-1)).toMatchObject({
      act: 'content.read',
      accountId: retention.accountOf(userId),
      actorKind: 'person',
      actorId: userId,
      objectIds: [said.requestId],
    });
  });

  it('is nobody else’s, whoever pays for it, and the answer is that of what does not exist', async () => {
    const [author, owner] = [newId('user'), newId('user')];
    const teamAccount = newId('account');
    const said = await retention.say(author, 'in a team', teamAccount);
    const before = retention.audited.length;
    for (const call of [
      read(said.requestId, owner),
      read(said.requestId, owner, teamAccount),
      read(said.requestId, author, newId('account')),
      read(retention.requestId(), author),
      readAsSupport(said.requestId),
    ]) {
      expect(await refusal(call)).toMatchObject(nothing);
    }
    expect(retention.audited).toHaveLength(before);
    expect((await read(said.requestId, author, teamAccount)).status).toBe(200);
  });

  it('answers nothing where the audit log does not take the entry', async () => {
    const userId = newId('user');
    const { requestId } = await retention.say(userId, 'something');
    retention.onAudit = () => {
      throw serviceError(status.UNAVAILABLE);
    };
    expect(await refusal(read(requestId, userId))).toMatchObject({ code: 'unavailable' });
  });

  it('opens nothing that was moved to another author, account or request', async () => {
    const [userId, thief] = [newId('user'), newId('user')];
    const said = await retention.say(userId, 'mine');
    await retention.say(thief, 'something');
    const moved = { ...said, userId: thief, requestId: retention.requestId() };
    await retention.clients.content.storeContents({ contents: [moved] });
    expect(await refusal(read(moved.requestId, thief))).toMatchObject(nothing);
    const billed = { ...said, accountId: newId('account'), requestId: retention.requestId() };
    await retention.clients.content.storeContents({ contents: [billed] });
    expect(await refusal(read(billed.requestId, userId))).toMatchObject(nothing);
  });

  it('ends with the author’s secret, at once', async () => {
    const userId = newId('user');
    const { requestId } = await retention.say(userId, 'something');
    await retention.part(KeysService).destroy(authorKey(userId));
    expect(await refusal(read(requestId, userId))).toMatchObject(nothing);
    const counted: number[] = [];
    const count = (_: unknown, contents: number) => Promise.resolve(void counted.push(contents));
    for (const _ of ['once', 'again']) {
      await retention.part(HoldingsService).eraseAuthor(userId, count);
    }
    expect(counted).toEqual([1, 0, 0]);
  });

  it('lists what is held, newest first, page by page', async () => {
    const userId = newId('user');
    const said = [];
    for (const text of ['one', 'two', 'three']) {
      retention.clock.advance(1_000);
      said.unshift((await retention.say(userId, text)).requestId);
    }
    const list = (cursor: string, limit = 2) =>
      retention.clients.content.listContents({ actorUserId: userId, limit, cursor });
    const first = await list('');
    const second = await list(first.nextCursor);
    expect([...first.contents, ...second.contents].map(({ requestId }) => requestId)).toEqual(said);
    expect(second.nextCursor).toBe('');
    expect(await refusal(list('what'))).toMatchObject({
      code: 'invalid_argument',
      field: 'cursor',
    });
    retention.clock.set('2026-04-09T00:00:00Z');
    expect((await list('')).contents).toEqual([]);
  });
});

describe('deleting', () => {
  it('takes away some, a span or everything at once, and keeps it away', async () => {
    const userId = newId('user');
    const remove = (over: object) =>
      retention.clients.content.deleteContents({
        requestIds: [],
        from: undefined,
        to: undefined,
        everything: false,
        actorUserId: userId,
        ...over,
      });
    const held = async () =>
      (
        await retention.clients.content.listContents({
          actorUserId: userId,
          limit: 0,
          cursor: '',
        })
      ).contents.map(({ requestId }) => requestId);
    const first = await retention.say(userId, 'first');
    const second = await retention.say(userId, 'second');
    retention.clock.advance(60 * 60_000);
    const third = await retention.say(userId, 'third');
    expect((await remove({ requestIds: [first.requestId] })).deleted).toBe(1n);
    expect(await held()).toEqual([third.requestId, second.requestId]);
    const again = await retention.clients.content.storeContents({ contents: [first] });
    expect(again.refused).toMatchObject([{ reason: 'deleted' }]);
    const noon = new Date('2026-03-10T12:00:00Z');
    const span = { from: noon, to: new Date(noon.getTime() + 60_000) };
    expect((await remove(span)).deleted).toBe(1n);
    expect(await held()).toEqual([third.requestId]);
    expect((await remove({ everything: true })).deleted).toBe(1n);
    expect(await refusal(read(third.requestId, userId))).toMatchObject(nothing);
    for (const bad of [{}, { everything: true, ...span }, { from: noon }, { from: noon, to: noon }])
      expect(await refusal(remove(bad))).toMatchObject({ code: 'invalid_argument' });
  });

  it('hides at once what it has not removed yet', async () => {
    const userId = newId('user');
    const said = await retention.say(userId, 'something');
    // As where the process dies after it has answered for a large span.
    await retention.database.execute(
      `insert into content_deletion (user_id, first_request_id, last_request_id, deleted_at)
       select user_id, request_id, request_id, now() from content where sealed = $1`,
      [said.sealed],
    );
    expect(await refusal(read(said.requestId, userId))).toMatchObject(nothing);
  });
});

describe('support', () => {
  const grant = (actorUserId: string, over: object) =>
    retention.clients.grants.createSupportGrant({
      actorUserId,
      requestIds: [],
      from: undefined,
      to: undefined,
      expiresAt: undefined,
      ...over,
    });

  it('reads what the author lets it, in the author’s log with its reason, until the author ends it', async () => {
    const userId = newId('user');
    const said = await retention.say(userId, 'help me');
    const other = await retention.say(userId, 'not this');
    const given = (await grant(userId, { requestIds: [said.requestId] })).grant;
    const grantId = given?.grantId ?? '';
    expect((await readAsSupport(said.requestId)).status).toBe(200);
    expect(retention.audited.at(-1)).toMatchObject({
      act: 'content.read',
      accountId: retention.accountOf(userId),
      actorKind: 'staff',
      objectIds: [said.requestId, grantId],
      reason: 'a test',
    });
    expect(await refusal(readAsSupport(other.requestId))).toMatchObject(nothing);
    const listed = await retention.clients.support.listContents({ grantId, limit: 0, cursor: '' });
    expect(listed.contents.map(({ requestId }) => requestId)).toEqual([said.requestId]);

    const end = { actorUserId: userId, grantId };
    expect(
      await refusal(
        retention.clients.grants.withdrawSupportGrant({ ...end, actorUserId: newId('user') }),
      ),
    ).toMatchObject({ code: 'not_found', field: 'grant_id' });
    await retention.clients.grants.withdrawSupportGrant(end);
    await retention.clients.grants.withdrawSupportGrant(end);
    expect(await refusal(readAsSupport(said.requestId))).toMatchObject(nothing);
    expect(
      await refusal(retention.clients.support.listContents({ grantId, limit: 0, cursor: '' })),
    ).toMatchObject({ code: 'not_found', field: 'grant_id' });
    await eventually(() =>
      expect(
        acts.filter(({ objectIds }) => objectIds.includes(grantId)).map(({ act }) => act),
      ).toEqual(['support.granted', 'support.withdrawn']),
    );
  });

  it('sees nothing of a grant that ended while its look was being audited', async () => {
    const userId = newId('user');
    const said = await retention.say(userId, 'help me');
    const { grant: given } = await grant(userId, { requestIds: [said.requestId] });
    retention.onAudit = async () => {
      await retention.clients.grants.withdrawSupportGrant({
        actorUserId: userId,
        grantId: given?.grantId ?? '',
      });
    };
    expect(await refusal(readAsSupport(said.requestId))).toMatchObject(nothing);
  });

  it('reads a span of time, until the grant expires', async () => {
    const userId = newId('user');
    const said = await retention.say(userId, 'help me');
    const now = retention.clock.now().getTime();
    await grant(userId, {
      from: new Date(now - 1_000),
      to: new Date(now + 1_000),
      expiresAt: new Date(now + 60_000),
    });
    expect((await readAsSupport(said.requestId)).status).toBe(200);
    retention.clock.advance(60_000);
    expect(await refusal(readAsSupport(said.requestId))).toMatchObject(nothing);
    const later = await retention.say(userId, 'after it');
    expect(await refusal(readAsSupport(later.requestId))).toMatchObject(nothing);
  });

  it('never acts as the author, and needs a grant to list', async () => {
    const userId = newId('user');
    const said = await retention.say(userId, 'mine');
    const asAuthor = { requestId: said.requestId, actorUserId: userId };
    expect(await refusal(retention.clients.support.getContent(asAuthor))).toMatchObject({
      code: 'invalid_argument',
      field: 'actor_user_id',
    });
    const all = retention.clients.support.listContents({ limit: 0, cursor: '' });
    expect(await refusal(all)).toMatchObject({ code: 'invalid_argument', field: 'grant_id' });
  });

  it('is given no more than 30 days, and something to read', async () => {
    const userId = newId('user');
    const requestIds = [retention.requestId()];
    const now = retention.clock.now().getTime();
    for (const [field, over] of [
      ['request_ids', {}],
      ['from', { from: new Date(now) }],
      ['expires_at', { requestIds, expiresAt: new Date(now + 31 * 86_400_000) }],
      ['expires_at', { requestIds, expiresAt: new Date(now) }],
    ] as const) {
      expect(await refusal(grant(userId, over))).toMatchObject({ code: 'invalid_argument', field });
    }
  });
});
