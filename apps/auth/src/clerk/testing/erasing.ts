import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { apiKeySha256 } from '@modelbridge/api-key';
import { newId, uuidOf } from '@modelbridge/contracts';
import { CreateKeyRequest } from '@modelbridge/contracts/auth.v1';
import {
  authErasureCompleted,
  authUserDeleted,
  retentionDataErased,
  type ErasureCompleted,
} from '@modelbridge/contracts/events';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { eventually } from '@modelbridge/testing-kit';
import { ClosedAccounts } from '../../users/closed-accounts.service.js';
import { address, auth, clerk, database, refusal, signIn } from './clerk-auth.js';

/** Somebody with a key and a session at Clerk. */
async function somebody() {
  const email = address();
  const clerkUserId = clerk.add({ email });
  const { userId, accountId } = await signIn(clerkUserId);
  await auth.consent(userId);
  const newKey = CreateKeyRequest.fromPartial({ userId, accountId, name: 'ci' });
  const made = await auth.client.createKey(newKey);
  const sid = `sess_${randomUUID()}`;
  clerk.sessions.set(sid, clerkUserId);
  return { email, clerkUserId, userId, accountId, newKey, sid, apiKey: made.apiKey };
}

const resolved = (apiKey: string) =>
  auth.client.resolveKey({ keySha256: apiKeySha256(apiKey) }).catch(rpcErrorFrom);

/** Tables of which a row has one of these in it. */
async function tablesWith(needles: string[]): Promise<string[]> {
  const tables = await database.query<{ name: string }>(
    `select relname as name from pg_class c join pg_namespace n on n.oid = relnamespace
     where nspname = 'public' and relkind in ('r', 'p')`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await database.query(
      `select from ${name} t where t::text like any ($1::text[]) limit 1`,
      [needles.map((needle) => `%${needle}%`)],
    );
    if (rows.length > 0) found.push(name);
  }
  return found.sort();
}

describe('an account that is held for an erasure', () => {
  it('has no key and no session from then on, and gets keys again once it is lifted', async () => {
    const { userId, newKey, clerkUserId, sid, apiKey } = await somebody();
    const erasureId = newId('erasure');
    const held = await auth.client.holdAccount({ userId, erasureId });
    expect(held).toEqual({ keysDestroyed: 1, sessionsEnded: 1 });
    expect(await resolved(apiKey)).toMatchObject({ code: 'not_found' });
    expect(await refusal(clerk.token(clerkUserId, { sid }))).toMatchObject({
      details: { reason: 'session-ended' },
    });
    expect(clerk.sessions.has(sid)).toBe(false);
    const making = () => auth.client.createKey({ ...newKey, name: randomUUID() });
    expect(await making().catch(rpcErrorFrom)).toMatchObject({
      details: { reason: 'erasure_confirmed' },
    });
    // Once more, as after a crash; and lifted for another erasure it stays held.
    expect(await auth.client.holdAccount({ userId, erasureId })).toMatchObject({
      keysDestroyed: 0,
    });
    await auth.client.liftHold({ userId, erasureId: newId('erasure') });
    expect(await making().catch(rpcErrorFrom)).toMatchObject({ code: 'failed_precondition' });
    await auth.client.liftHold({ userId, erasureId });
    expect((await making()).apiKey).not.toBe('');
    expect(await resolved(apiKey)).toMatchObject({ code: 'not_found' });
  });
});

describe('a person whom every other service has erased', () => {
  it('is deleted at Clerk and then here, and nothing but the log tells of them', async () => {
    const who = await somebody();
    const { userId, accountId, clerkUserId, email } = who;
    const answers: ErasureCompleted[] = [];
    auth.outside.messaging.subscribeLatest(authErasureCompleted, {
      handle: (answer) => void answers.push(answer),
    });
    await auth.outside.listening();
    const erasureId = newId('erasure');
    await auth.client.closeAccount({ userId, erasureId });
    await auth.client.closeAccount({ userId, erasureId });
    const needles = [userId, uuidOf('user', userId), clerkUserId, email];
    // The control: before it is asked for they are here.
    expect(await tablesWith(needles)).toEqual(expect.arrayContaining(['app_user', 'api_key']));
    const erased = () =>
      auth.outside.messaging.publish(
        retentionDataErased,
        { erasureId, userId, accountId },
        { id: randomUUID() },
      );
    // As a start does that comes in between.
    await auth.service.running.app.get(ClosedAccounts, { strict: false }).tellAll();
    // While Clerk does not answer, it is the row here that knows whom to delete.
    clerk.outage = 503;
    await erased();
    await eventually(async () => {
      const rows = await database.query('select from erased_person where attempts > 0');
      expect(rows).not.toEqual([]);
    });
    expect(await tablesWith([email])).toContain('app_user');
    clerk.outage = undefined;
    await eventually(async () => {
      await database.execute('update erased_person set due_at = now() where finished_at is null');
      expect(answers).toHaveLength(1);
    });
    const counts = { people: 1, keys: 1, consents: 1, people_at_clerk: 1 };
    expect(answers[0]).toMatchObject({ erasureId, counts });
    expect(clerk.people.has(clerkUserId)).toBe(false);
    const left = ['audit_entry', 'outbox'];
    expect((await tablesWith(needles)).filter((name) => !left.includes(name))).toEqual([]);
    const told = `select from outbox where event_id = $1 and subject like 'auth.user.deleted%'`;
    expect(await database.query(told, [userId])).toEqual([]);
    await erased();
    await eventually(() => expect(answers).toHaveLength(2));
    expect(answers[1]).toEqual(answers[0]);
  });
});

describe('an account that was closed before erasures were', () => {
  it('is told of at the next start, so that it is erased', async () => {
    const { userId, accountId } = await somebody();
    await database.execute(
      'update app_user set email_key = null, closed_at = now() where id = $1',
      [uuidOf('user', userId)],
    );
    const heard: object[] = [];
    auth.outside.messaging.subscribeLatest(authUserDeleted, {
      handle: (data) => void heard.push(data),
    });
    await auth.outside.listening();
    await auth.service.running.app.get(ClosedAccounts, { strict: false }).tellAll();
    await eventually(() => expect(heard).toContainEqual({ userId, accountId }));
  });
});
