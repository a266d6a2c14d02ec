import { createHash, randomUUID } from 'node:crypto';
import { newId, uuidOf } from '@modelbridge/contracts';
import { rpcCallers } from '@modelbridge/contracts/access';
import type { HoldAccountRequest, RecordAuditEntryRequest } from '@modelbridge/contracts/auth.v1';
import {
  authErasureCompleted,
  authUserDeleted,
  billingErasureCompleted,
  retentionDataErased,
  retentionErasureRequested,
  teamsErasureCompleted,
  usageLedgerErasureCompleted,
} from '@modelbridge/contracts/events';
import { ErasureServiceClient, ErasureState } from '@modelbridge/contracts/retention.v1/erasure';
import { TeamRole } from '@modelbridge/contracts/teams.v1';
import { TestMailServer } from '@modelbridge/mail/testing';
import { grpcClient, rpcErrorFrom, type PromisifiedClient } from '@modelbridge/service-kit/grpc';
import { callingAsAllowed, eventually, patienceMs } from '@modelbridge/testing-kit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuthClient, TeamsClient } from '../clients/clients.js';
import { authorKey } from '../keyring/keyring.js';
import { KeysService } from '../keyring/keys.service.js';
import { DeletionsService } from '../life/deletions.service.js';
import { ReceiptsService } from '../receipts/receipts.service.js';
import { TestRetention } from '../testing/test-retention.js';
import { LatestClock } from '../clock/latest-clock.service.js';
import { ErasureStepsService } from './erasure-steps.service.js';

const parallel = {
  billing: billingErasureCompleted,
  teams: teamsErasureCompleted,
  'usage-ledger': usageLedgerErasureCompleted,
};

let mailServer: TestMailServer;
let retention: TestRetention;
let erasures: PromisifiedClient<ErasureServiceClient>;
/** What auth was told, and what it is asked to throw. */
const told: [string, HoldAccountRequest][] = [];
const audited: RecordAuditEntryRequest[] = [];
let authFails = false;
const teamsOf = new Map<string, { teamId: string; role: TeamRole }[]>();
const requested: { erasureId: string; userId: string; pseudonym: { userId: string } }[] = [];
const released: { erasureId: string }[] = [];

beforeAll(async () => {
  mailServer = await TestMailServer.start();
  retention = await TestRetention.start({ env: { SMTP_URL: mailServer.url } });
  const callers = rpcCallers['retention.v1.ErasureService'];
  erasures = callingAsAllowed(callers, (caller) =>
    grpcClient(
      ErasureServiceClient,
      retention.service.grpcTarget,
      retention.service.tlsOf(caller),
      {
        timeoutMs: patienceMs,
        reason: 'ticket 7',
      },
    ),
  );
  const auth = retention.part(AuthClient);
  const accounts = new Map<string, string>();
  const tell = (what: string) => (request: HoldAccountRequest) => {
    if (authFails) return Promise.reject(new Error('auth is away'));
    told.push([what, request]);
    return Promise.resolve({});
  };
  Object.assign(auth, {
    getUser: ({ userId }: { userId: string }) => {
      const accountId = accounts.get(userId) ?? newId('account');
      accounts.set(userId, accountId);
      return Promise.resolve({ user: { userId, accountId, email: `${userId}@example.com` } });
    },
    holdAccount: tell('hold'),
    liftHold: tell('lift'),
    closeAccount: tell('close'),
    recordAuditEntry: (entry: RecordAuditEntryRequest) => {
      audited.push(entry);
      return Promise.resolve({});
    },
  });
  retention.part(TeamsClient).listTeams = ({ actorUserId }) =>
    Promise.resolve({ teams: (teamsOf.get(actorUserId ?? '') ?? []) as never, nextCursor: '' });
  const { messaging } = retention.outside;
  messaging.subscribeLatest(retentionErasureRequested, { handle: (e) => void requested.push(e) });
  messaging.subscribeLatest(retentionDataErased, { handle: (e) => void released.push(e) });
  await retention.outside.listening();
});
afterAll(async () => {
  erasures.close();
  await retention.close();
  await mailServer.close();
});

const refusal = async (call: Promise<unknown>) =>
  rpcErrorFrom(await call.catch((error: unknown) => error));

/** Of the newest mail to a person that has one. */
async function codeOf(userId: string, mails = 1): Promise<string> {
  return eventually(() => {
    const codes = mailServer.taken.flatMap((mail) =>
      mail.includes(`${userId}@example.com`)
        ? (/: ([0-9A-Z]{5}-[0-9A-Z]{5})/.exec(mail) ?? [])
        : [],
    );
    if (codes.length < mails * 2) throw new Error('no code yet');
    return codes.at(-1)!;
  });
}

async function confirmed(userId: string) {
  await erasures.requestErasure({ actorUserId: userId });
  const code = await codeOf(userId);
  const { erasure } = await erasures.confirmErasure({ actorUserId: userId, code });
  return erasure!;
}

async function answer(erasureId: string, parts = Object.values(parallel)): Promise<void> {
  for (const part of parts) {
    const done = { erasureId, counts: { rows: 2 } };
    await retention.outside.messaging.publish(part, done, { id: randomUUID() });
  }
}

const stateOf = async (erasureId: string) =>
  (await erasures.showErasure({ erasureId })).erasure?.state;

const reached = (erasureId: string, state: ErasureState) =>
  eventually(async () => expect(await stateOf(erasureId)).toBe(state));

describe('an erasure', () => {
  it('waits for the code of the mail, holds the account, and can be cancelled for 72 hours', async () => {
    const userId = newId('user');
    const { erasure } = await erasures.requestErasure({ actorUserId: userId });
    expect(erasure).toMatchObject({ state: ErasureState.REQUESTED, cause: 'person' });
    expect(told).toEqual([]);
    const first = await codeOf(userId);
    await erasures.requestErasure({ actorUserId: userId });
    const code = await codeOf(userId, 2);
    expect(code).not.toBe(first);
    const confirm = (given: string) =>
      erasures.confirmErasure({ actorUserId: userId, code: given });
    expect(await refusal(confirm(first))).toMatchObject({
      code: 'failed_precondition',
      field: 'code',
      message: 'the code is not that of the newest mail: 4 more tries',
    });
    expect(await refusal(confirm('12'))).toMatchObject({ code: 'invalid_argument', field: 'code' });
    const held = (await confirm(code.toLowerCase())).erasure!;
    expect(held.state).toBe(ErasureState.CONFIRMED);
    expect(held.executesAt).toEqual(new Date(retention.clock.now().getTime() + 72 * 3_600_000));
    expect(told.map(([what]) => what)).toEqual(['hold']);
    expect(await refusal(erasures.requestErasure({ actorUserId: userId }))).toMatchObject({
      code: 'failed_precondition',
      details: { reason: 'erasure_confirmed' },
    });
    const cancelled = await erasures.cancelErasure({ actorUserId: userId });
    expect(cancelled.erasure?.state).toBe(ErasureState.CANCELLED);
    expect(told.map(([what]) => what)).toEqual(['hold', 'lift']);
    retention.clock.advance(73 * 3_600_000);
    await retention.part(ErasureStepsService).sweepNow();
    expect(await stateOf(held.erasureId)).toBe(ErasureState.CANCELLED);
    expect(told.some(([what]) => what === 'close')).toBe(false);
  });

  it('begins, and is too late to cancel, by no clock alone that is ahead', async () => {
    const userId = newId('user');
    const { erasureId } = await confirmed(userId);
    const latest = retention.part(LatestClock);
    const { databaseNow } = latest;
    const truth = retention.clock.now();
    latest.databaseNow = () => Promise.resolve(truth);
    retention.clock.advance(73 * 3_600_000);
    try {
      await retention.part(ErasureStepsService).sweepNow();
      expect(await stateOf(erasureId)).toBe(ErasureState.CONFIRMED);
      const { erasure } = await erasures.cancelErasure({ actorUserId: userId });
      expect(erasure?.state).toBe(ErasureState.CANCELLED);
    } finally {
      latest.databaseNow = databaseNow;
    }
  });

  it('ends a code after five tries and after an hour', async () => {
    const userId = newId('user');
    await erasures.requestErasure({ actorUserId: userId });
    const code = await codeOf(userId);
    const confirm = (given: string) =>
      erasures.confirmErasure({ actorUserId: userId, code: given });
    for (let n = 0; n < 5; n += 1) await refusal(confirm('22222-22222'));
    expect(await refusal(confirm(code))).toMatchObject({ field: 'code' });
    await erasures.requestErasure({ actorUserId: userId });
    const next = await codeOf(userId, 2);
    retention.clock.advance(3_600_000);
    expect((await refusal(confirm(next)))?.message).toContain('the code is over');
  });

  it('is refused to who owns a team, naming it', async () => {
    const userId = newId('user');
    const teamId = newId('team');
    teamsOf.set(userId, [
      { teamId: newId('team'), role: TeamRole.MEMBER },
      { teamId, role: TeamRole.OWNER },
    ]);
    expect(await refusal(erasures.requestErasure({ actorUserId: userId }))).toMatchObject({
      code: 'failed_precondition',
      message: `you own a team (${teamId}): transfer the ownership, or delete it, first`,
      details: { reason: 'owns_teams', teamIds: teamId },
    });
  });

  it('goes through every service, auth last, and lets go of whom it was about', async () => {
    const userId = newId('user');
    const sealed = retention.content({ userId });
    await retention.clients.content.getSealingKey({
      userId,
      day: retention.clock.now().toISOString().slice(0, 10),
    });
    await retention.clients.content.storeContents({ contents: [sealed] });
    const { erasureId } = await confirmed(userId);
    retention.clock.advance(72 * 3_600_000);
    await reached(erasureId, ErasureState.ERASING);
    const { pseudonym } = await eventually(() => {
      const event = requested.find((one) => one.erasureId === erasureId);
      if (event === undefined) throw new Error('nobody was told');
      return event;
    });
    expect(pseudonym.userId).not.toBe(userId);
    const live = await retention.database.transaction((tx) =>
      retention.part(KeysService).live(tx, [authorKey(userId)]),
    );
    expect(live.size).toBe(0);
    expect(
      await retention.database.query('select from content where user_id = $1', [
        uuidOf('user', userId),
      ]),
    ).toEqual([]);
    expect((await refusal(erasures.cancelErasure({ actorUserId: userId })))?.message).toContain(
      'too late',
    );
    // Neither all but one, nor auth before its time.
    await answer(erasureId, [parallel.billing, parallel.teams, authErasureCompleted]);
    await eventually(async () => {
      const { erasure } = await erasures.showErasure({ erasureId });
      expect(erasure?.waitingFor).toEqual(['usage-ledger', 'auth']);
    });
    expect(released.some((one) => one.erasureId === erasureId)).toBe(false);
    await answer(erasureId);
    await reached(erasureId, ErasureState.RELEASING);
    await answer(erasureId, [authErasureCompleted, parallel.teams]);
    await reached(erasureId, ErasureState.DONE);
    const mail = await eventually(() => {
      const last = mailServer.taken.find(
        (one) => one.includes(`${userId}@example.com`) && one.includes('is erased'),
      );
      if (last === undefined) throw new Error('no mail yet');
      return last;
    });
    expect(mail).toContain('Your account is erased');
    await eventually(async () =>
      expect(
        await retention.database.query('select from erasure_mail where erasure_id = $1', [
          uuidOf('erasure', erasureId),
        ]),
      ).toEqual([]),
    );
    const { erasure } = await erasures.showErasure({ erasureId });
    expect(erasure).toMatchObject({ userId: '', accountId: '', waitingFor: [] });
    expect(erasure?.parts.map(({ part }) => part).sort()).toEqual(
      ['auth', 'billing', 'retention', 'teams', 'usage-ledger'].sort(),
    );
    const [row] = await retention.database.query<{ receipt: string; all: string }>(
      'select receipt, e::text as all from erasure e where id = $1',
      [uuidOf('erasure', erasureId)],
    );
    expect(JSON.parse(row!.receipt)).toMatchObject({
      erasureId,
      went: { retention: { author_secrets: 1, contents: 1 }, teams: { rows: 2 } },
    });
    for (const trace of [userId, uuidOf('user', userId), 'example.com', pseudonym.userId]) {
      expect(row!.all).not.toContain(trace);
    }
    await signed(erasureId, row!.receipt);
    // What comes late of them begins nothing.
    const person = { userId, accountId: newId('account') };
    await retention.outside.messaging.publish(authUserDeleted, person, { id: randomUUID() });
    await answer(erasureId);
    expect((await erasures.startErasure({ userId })).erasure?.erasureId).toBe(erasureId);
    expect(audited.at(-1)).toMatchObject({ act: 'erasure.started', actorKind: 'staff' });
  });

  it('begins without a window where the person was deleted at Clerk, and waits for auth while it is away', async () => {
    const person = { userId: newId('user'), accountId: newId('account') };
    authFails = true;
    await retention.outside.messaging.publish(authUserDeleted, person, { id: randomUUID() });
    const erasure = await eventually(async () => {
      const { erasures: open } = await erasures.listErasures({
        ...{ openOnly: true, limit: 100, cursor: '' },
      });
      const found = open.find(({ userId }) => userId === person.userId);
      if (found === undefined) throw new Error('not begun');
      return found;
    });
    expect(erasure).toMatchObject({ state: ErasureState.ERASING, cause: 'clerk' });
    expect(requested.some(({ userId }) => userId === person.userId)).toBe(false);
    authFails = false;
    await eventually(() =>
      expect(requested.some(({ userId }) => userId === person.userId)).toBe(true),
    );
    await answer(erasure.erasureId);
    await answer(erasure.erasureId, [authErasureCompleted]);
    await eventually(async () => {
      await answer(erasure.erasureId, [authErasureCompleted]);
      expect(await stateOf(erasure.erasureId)).toBe(ErasureState.DONE);
    });
  });
});

/** Its receipt is in the chain, whose checks find it, and find each way in which it could be wrong. */
async function signed(erasureId: string, document: string): Promise<void> {
  const { database } = retention;
  const problems = async () => (await retention.part(DeletionsService).check()).examples;
  const receipt = await retention.part(ReceiptsService).find('erasure', erasureId);
  expect(receipt?.facts).toEqual({
    requested_at: expect.any(String),
    done_at: expect.any(String),
    services: 'retention billing teams usage-ledger auth',
    document_sha256: createHash('sha256').update(document).digest('hex'),
  });
  expect(mailServer.taken.at(-1)?.replaceAll(/=\r?\n/g, '')).toContain('document_sha256');
  expect(await problems()).toEqual([]);
  const change = (text: string) =>
    database.execute('update erasure set receipt = $2 where id = $1', [
      uuidOf('erasure', erasureId),
      text,
    ]);
  await change(document.replace('"rows":2', '"rows":1'));
  expect(await problems()).toEqual([`${erasureId} has another receipt than was signed`]);
  await change(document);
  const again = newId('erasure');
  await database.execute(
    `insert into erasure (id, person_hash, cause, state, requested_at, due_at, done_at)
     values ($1, sha256('x'), 'staff', 'done', now(), now(), now())`,
    [uuidOf('erasure', again)],
  );
  expect(await problems()).toEqual([`${again} is done without a receipt`]);
  await database.execute('delete from erasure where id = $1', [uuidOf('erasure', again)]);
}

describe('codes', () => {
  it('are mailed five times in 24 hours, whatever is cancelled in between', async () => {
    const actorUserId = newId('user');
    const request = () => erasures.requestErasure({ actorUserId });
    for (let n = 0; n < 5; n += 1) {
      await request();
      if (n === 2) await erasures.cancelErasure({ actorUserId });
    }
    expect(await refusal(request())).toMatchObject({ code: 'resource_exhausted' });
    retention.clock.advance(86_400_000);
    expect((await request()).erasure?.state).toBe(ErasureState.REQUESTED);
  });
});

describe('an erasure that takes long', () => {
  it('is told by a metric after 20 days', async () => {
    const userId = newId('user');
    await confirmed(userId);
    retention.clock.advance(72 * 3_600_000);
    const late = async () => {
      const text = await (await fetch(`${retention.service.httpUrl}/metrics`)).text();
      return Number(/^erasures_late(?:\{[^}]*\})? (\d+)/m.exec(text)?.[1]);
    };
    const before = await late();
    retention.clock.advance(17 * 86_400_000 + 1);
    expect(await late()).toBe(before + 1);
    retention.clock.advance(10 * 86_400_000 + 1);
    const { examples } = await retention.part(DeletionsService).check();
    expect(examples.join()).toContain('should be done by now');
  });
});
