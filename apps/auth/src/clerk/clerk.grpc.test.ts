import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { apiKeySha256 } from '@modelbridge/api-key';
import { CreateKeyRequest, type User } from '@modelbridge/contracts/auth.v1';
import {
  authUserCreated,
  authUserDeleted,
  billingAccountOpened,
} from '@modelbridge/contracts/events';
import { Database } from '@modelbridge/service-kit/database';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { eventually } from '@modelbridge/testing-kit';
import type { StubClerk } from '../testing/stub-clerk.js';
import { ComparisonService } from './comparison.service.js';
import { SessionsService } from './sessions.service.js';
import { startTestAuth, type TestAuth } from '../testing/test-auth.js';

let auth: TestAuth;
let clerk: StubClerk;
let database: Database;
beforeAll(async () => {
  auth = await startTestAuth();
  ({ clerk } = auth);
  database = auth.service.running.app.get(Database);
});
afterAll(() => auth.close());

let people = 0;
const address = (): string => `person-${++people}@example.com`;

async function signIn(clerkUserId: string): Promise<User> {
  const { user } = await auth.client.verifySession({ token: clerk.token(clerkUserId) });
  if (user === undefined) throw new Error('no user');
  return user;
}

const refusal = (token: string): Promise<unknown> =>
  auth.client.verifySession({ token }).catch(rpcErrorFrom);

const apply = (...webhook: Parameters<StubClerk['webhook']>): Promise<unknown> =>
  auth.client.applyClerkWebhook(clerk.webhook(...webhook));

/** Every user with this Clerk id or address. */
function rows(where: string): Promise<{ email: string; name: string; closed: boolean }[]> {
  return database.query(
    `select email, name, closed_at is not null as closed from app_user
     where clerk_user_id = $1 or email = $1`,
    [where],
  );
}

describe('a session token', () => {
  it('speaks for its person, whose account the first one makes', async () => {
    const email = address();
    const id = clerk.add({ email, firstName: 'Ada' });
    const answer = await auth.client.verifySession({
      token: clerk.token(id, { sid: 'sess_ada', fva: [3, -1] }),
    });
    expect(answer).toMatchObject({
      user: { email, name: 'Ada', clerkUserId: id, plan: 'free', billingMode: 'prepaid' },
      sessionId: 'sess_ada',
      firstFactorMinutes: 3,
      recentlyVerified: true,
    });
    expect(answer.secondFactorMinutes).toBeUndefined();
    expect(await signIn(id)).toEqual(answer.user);
  });

  it('is audited once a session, as an act of its person', async () => {
    const id = clerk.add({ email: address() });
    for (const sid of ['sess_1', 'sess_1', 'sess_2']) {
      await auth.client.verifySession({ token: clerk.token(id, { sid }) });
    }
    // What this process remembers is gone after a restart.
    auth.service.running.app.get(SessionsService, { strict: false })['logged'].clear();
    const { user } = await auth.client.verifySession({ token: clerk.token(id, { sid: 'sess_2' }) });
    const { entries } = await auth.client.listAuditEntries({
      log: user?.accountId ?? '',
      limit: 0,
      cursor: '',
    });
    const person = { actorKind: 'person', actorId: user?.userId };
    expect(entries).toMatchObject([
      { act: 'session.started', objectIds: ['sess_2'], ...person },
      { act: 'session.started', objectIds: ['sess_1'], ...person },
      { act: 'account.created' },
    ]);
  });

  it.each([
    [[12, -1], false],
    [[-1, -1], false],
    [undefined, false],
    [[5, 2], true],
  ])('with the age %j of its factors is recent: %s', async (fva, recent) => {
    const id = clerk.add({ email: address() });
    expect(await auth.client.verifySession({ token: clerk.token(id, { fva }) })).toMatchObject({
      recentlyVerified: recent,
    });
  });

  const now = Math.floor(Date.now() / 1_000);
  it.each<[string, Parameters<StubClerk['token']>[1], Parameters<StubClerk['token']>[2], string]>([
    ['for another web app', { azp: 'https://evil.test' }, {}, 'token-invalid-authorized-parties'],
    ['for no web app', { azp: undefined }, {}, 'token-invalid-authorized-parties'],
    ['signed by HS256 with the public key', {}, { alg: 'HS256' }, 'token-invalid-algorithm'],
    ['with the algorithm none', {}, { alg: 'none' }, 'token-invalid-algorithm'],
    ['unsigned', {}, { unsigned: true }, 'token-invalid-signature'],
    [
      'expired',
      { exp: now - 60, iat: now - 120, nbf: now - 120 },
      {},
      'session-token-expired-refresh-non-eligible-no-refresh-cookie',
    ],
    ['not yet valid', { nbf: now + 600, exp: now + 900 }, {}, 'session-token-nbf'],
    [
      'issued in the future',
      { iat: now + 600, exp: now + 900 },
      {},
      'session-token-iat-in-the-future',
    ],
    ['of another instance', { iss: 'https://clerk.other.test' }, {}, 'foreign-issuer'],
    ['of nobody', { sub: '' }, {}, 'claims-missing'],
    ['of a session that waits for a task', { sts: 'pending' }, {}, 'session-pending'],
    ['signed with a key that is not there', {}, { kid: 'ins_other' }, 'unknown-signing-key'],
  ])('%s is refused', async (_, over, forge, reason) => {
    const id = clerk.add({ email: address() });
    expect(await refusal(clerk.token(id, over, forge))).toMatchObject({
      code: 'unauthenticated',
      details: { reason },
    });
    expect(await rows(id)).toEqual([]);
  });

  it('signed with another key under a known id is refused', async () => {
    const other = clerk.rotate();
    const id = clerk.add({ email: address() });
    const [header = ''] = clerk.token(id).split('.');
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string };
    await eventually(() => signIn(id));
    expect(await refusal(clerk.token(id, {}, { pair: other, kid }))).toMatchObject({
      details: { reason: 'token-invalid-signature' },
    });
  });

  it('of a key that was rotated out is refused once the new key is known', async () => {
    const id = clerk.add({ email: address() });
    await signIn(id);
    const before = clerk.rotate();
    // Keys are not fetched for each unknown id: a second goes by.
    await eventually(() => signIn(id));
    expect(await refusal(clerk.token(id, {}, { pair: before }))).toMatchObject({
      details: { reason: 'unknown-signing-key' },
    });
  });

  it.each(['', 'x', 'a.b.c'])('that is %j is none', async (token) => {
    expect(await refusal(token)).toMatchObject({
      code: token === '' ? 'invalid_argument' : 'unauthenticated',
    });
  });

  it('of a person whom Clerk does not know, or whose address is not verified, makes no account', async () => {
    expect(await refusal(clerk.token('user_unknown'))).toMatchObject({
      code: 'unauthenticated',
      details: { reason: 'user-deleted' },
    });
    const id = clerk.add({ email: address(), verified: false });
    expect(await refusal(clerk.token(id))).toMatchObject({
      code: 'failed_precondition',
      details: { reason: 'email_unverified' },
    });
    expect(await rows(id)).toEqual([]);
  });

  it('makes one account, also when many first ones come at once', async () => {
    const id = clerk.add({ email: address() });
    const users = await Promise.all(Array.from({ length: 8 }, () => signIn(id)));
    expect(new Set(users.map(({ userId }) => userId)).size).toBe(1);
  });

  it('is told from an outage of Clerk', async () => {
    clerk.outage = 500;
    const error = await refusal(clerk.token('user_new'));
    clerk.outage = undefined;
    expect(error).toMatchObject({ code: 'unavailable' });
  });

  it.each(['ended', 'removed', 'revoked'])('is refused after session.%s', async (end) => {
    const id = clerk.add({ email: address() });
    const token = clerk.token(id, { sid: `sess_${end}` });
    await auth.client.verifySession({ token });
    await apply(`session.${end}`, { id: `sess_${end}`, user_id: id });
    expect(await refusal(token)).toMatchObject({ details: { reason: 'session-ended' } });
    expect(await signIn(id)).toMatchObject({ clerkUserId: id });
  });
});

describe('an account that an operator made', () => {
  it('is taken over by the first sign-in with its address, once it is verified', async () => {
    const email = address();
    const made = await auth.userWithConsents(email);
    const id = clerk.add({ email: email.toUpperCase(), firstName: 'Grace', verified: false });
    await refusal(clerk.token(id));
    expect((await auth.client.getUser({ userId: made.userId })).user?.clerkUserId).toBeUndefined();
    clerk.people.set(id, { email: email.toUpperCase(), firstName: 'Grace' });
    expect(await signIn(id)).toMatchObject({
      userId: made.userId,
      accountId: made.accountId,
      name: 'Grace',
      consents: { source: 'CONSENT_SOURCE_PERSON' },
    });
  });
});

describe('a webhook of Clerk', () => {
  it('makes and changes an account as the person is now, whatever it says', async () => {
    const [before, email] = [address(), address()];
    const id = clerk.add({ email: before, firstName: 'Ada', updatedAt: 1_000 });
    expect(await apply('user.created', { id })).toEqual({ outcome: 'WEBHOOK_OUTCOME_APPLIED' });
    clerk.people.set(id, { email, firstName: 'Ada L', updatedAt: 2_000 });
    await apply('user.updated', { id, first_name: 'a lie' });
    expect(await rows(id)).toEqual([{ email, name: 'Ada L', closed: false }]);
  });

  it('that comes in the wrong order or again leads to the same', async () => {
    const email = address();
    const id = clerk.add({ email, firstName: 'Ada' });
    const created = clerk.webhook('user.created', { id });
    await apply('user.updated', { id });
    const outcomes = await Promise.all(
      Array.from({ length: 5 }, () => auth.client.applyClerkWebhook(created)),
    );
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual([
      'WEBHOOK_OUTCOME_APPLIED',
      ...Array.from({ length: 4 }, () => 'WEBHOOK_OUTCOME_REPEATED'),
    ]);
    expect(await rows(id)).toEqual([{ email, name: 'Ada', closed: false }]);
  });

  it('whose answer about the person was overtaken changes nothing', async () => {
    const [email, later] = [address(), address()];
    const id = clerk.add({ email: later, updatedAt: 2_000 });
    await apply('user.updated', { id });
    clerk.people.set(id, { email, updatedAt: 1_000 });
    await apply('user.updated', { id });
    expect(await rows(id)).toMatchObject([{ email: later }]);
  });

  it('does not take an address that is not verified', async () => {
    const email = address();
    const id = clerk.add({ email });
    await signIn(id);
    clerk.people.set(id, { email: address(), verified: false, updatedAt: Date.now() });
    await apply('user.updated', { id });
    expect(await rows(id)).toMatchObject([{ email }]);
  });

  it('does not undo a name that was given here', async () => {
    const id = clerk.add({ email: address(), firstName: 'Ada' });
    const { userId } = await signIn(id);
    await auth.client.updateUser({
      actorUserId: userId,
      userId,
      name: 'Countess',
      preferences: undefined,
    });
    await apply('user.updated', { id });
    expect(await rows(id)).toMatchObject([{ name: 'Countess' }]);
  });

  it('is not taken while the address is still that of another, and is when it comes again', async () => {
    const email = address();
    const [ada, bob] = [clerk.add({ email }), clerk.add({ email: address() })];
    await signIn(ada);
    await signIn(bob);
    clerk.people.set(ada, { email: address(), updatedAt: Date.now() });
    clerk.people.set(bob, { email, updatedAt: Date.now() });
    const ofBob = clerk.webhook('user.updated', { id: bob });
    expect(await auth.client.applyClerkWebhook(ofBob).catch(rpcErrorFrom)).toMatchObject({
      code: 'aborted',
    });
    await apply('user.updated', { id: ada });
    expect(await auth.client.applyClerkWebhook(ofBob)).toEqual({
      outcome: 'WEBHOOK_OUTCOME_APPLIED',
    });
    expect(await rows(bob)).toMatchObject([{ email }]);
  });

  it('of a type that means nothing here is ignored', async () => {
    expect(await apply('organization.created', { id: 'org_1' })).toEqual({
      outcome: 'WEBHOOK_OUTCOME_IGNORED',
    });
  });

  it.each([
    ['more than 5 minutes old', { ageSeconds: 301 }, {}],
    ['more than 5 minutes ahead', { ageSeconds: -360 }, {}],
    ['with another body', {}, { body: Buffer.from('{"type":"user.deleted","data":{"id":"x"}}') }],
    ['with another id', {}, { svixId: 'msg_other' }],
    ['with a signature that is none', {}, { svixSignature: 'v1,AAAA' }],
    ['with a header that is none', {}, { svixId: 'msg\n1' }],
  ])('%s is refused', async (_, made, over) => {
    const webhook = clerk.webhook('user.deleted', { id: 'user_x' }, made);
    expect(
      await auth.client.applyClerkWebhook({ ...webhook, ...over }).catch(rpcErrorFrom),
    ).toMatchObject({ code: 'unauthenticated', details: { reason: 'webhook-not-verified' } });
  });

  it('has no effect where it cannot be asked about, and is not noted as seen', async () => {
    const id = clerk.add({ email: address() });
    const webhook = clerk.webhook('user.created', { id });
    clerk.outage = 429;
    const error = await auth.client.applyClerkWebhook(webhook).catch(rpcErrorFrom);
    clerk.outage = undefined;
    expect(error).toMatchObject({ code: 'unavailable' });
    await auth.client.applyClerkWebhook(webhook);
    expect(await rows(id)).toHaveLength(1);
  });
});

describe('a person who was deleted at Clerk', () => {
  it('is out at once: session, keys and new keys; their account is closed and it is said', async () => {
    const email = address();
    const id = clerk.add({ email });
    const { userId, accountId } = await signIn(id);
    await auth.consent(userId);
    const newKey = CreateKeyRequest.fromPartial({ userId, accountId, name: 'ci' });
    const { apiKey } = await auth.client.createKey(newKey);
    const heard: unknown[] = [];
    const consumer = auth.outside.messaging.consume(authUserDeleted, {
      durable: 'test__auth-user-deleted',
      handle: async (data) => void heard.push(data),
    });
    const token = clerk.token(id);
    clerk.people.delete(id);
    await apply('user.deleted', { id, deleted: true, object: 'user' });
    expect(await refusal(token)).toMatchObject({ details: { reason: 'user-deleted' } });
    expect(
      await auth.client.resolveKey({ keySha256: apiKeySha256(apiKey) }).catch(rpcErrorFrom),
    ).toMatchObject({ code: 'not_found' });
    expect(await auth.client.createKey(newKey).catch(rpcErrorFrom)).toMatchObject({
      code: 'not_found',
      field: 'user_id',
    });
    expect((await auth.client.getUser({ userId })).user?.closedAt).toBeInstanceOf(Date);
    await eventually(() => expect(heard).toContainEqual({ userId, accountId }));
    await consumer.stop();
  });

  it('is not revived by what comes late, also where the answer about them is older', async () => {
    const id = clerk.add({ email: address() });
    await signIn(id);
    let answer = (): void => undefined;
    clerk.held = new Promise((resolve) => (answer = resolve));
    const late = apply('user.updated', { id });
    await apply('user.deleted', { id, deleted: true });
    answer();
    expect(await late).toEqual({ outcome: 'WEBHOOK_OUTCOME_APPLIED' });
    await apply('user.created', { id });
    expect(await rows(id)).toMatchObject([{ closed: true }]);
  });

  it('before their account was made gets none', async () => {
    const id = clerk.add({ email: address() });
    await apply('user.deleted', { id, deleted: true });
    await apply('user.created', { id });
    expect(await refusal(clerk.token(id))).toMatchObject({ details: { reason: 'user-deleted' } });
    expect(await rows(id)).toEqual([]);
  });

  it('leaves the address to whoever has it next', async () => {
    const email = address();
    const id = clerk.add({ email });
    const { userId } = await signIn(id);
    await apply('user.deleted', { id, deleted: true });
    expect((await signIn(clerk.add({ email }))).userId).not.toBe(userId);
  });
});

describe('the billing account of a new person', () => {
  const waiting = (accountId: string): Promise<unknown[]> =>
    database.query('select from outbox where event_id = $1', [accountId]);

  it('is asked for until billing says that it is there', async () => {
    const { messaging } = auth.outside;
    const heard: unknown[] = [];
    const consumer = messaging.consume(authUserCreated, {
      durable: 'test__auth-user-created',
      handle: async (data) => void heard.push(data),
    });
    const { userId, accountId } = await signIn(clerk.add({ email: address() }));
    await eventually(() => expect(heard).toContainEqual({ userId, accountId, plan: 'free' }));
    expect(await waiting(accountId)).toHaveLength(1);
    await messaging.publish(billingAccountOpened, { accountId }, { id: accountId });
    await eventually(async () => expect(await waiting(accountId)).toEqual([]));
    await consumer.stop();
  });
});

describe('the comparison with Clerk', () => {
  const comparison = () => auth.service.running.app.get(ComparisonService, { strict: false });
  const compare = async (...due: string[]): Promise<void> => {
    await database.query(
      'update app_user set clerk_compare_at = now() where clerk_user_id = any($1)',
      [due],
    );
    await comparison().compareDue();
  };
  const isDue = async (id: string): Promise<boolean> => {
    const [row] = await database.query<{ due: boolean }>(
      `select clerk_compare_at < now() + interval '23 hours' as due from app_user
       where clerk_user_id = $1`,
      [id],
    );
    return row?.due === true;
  };

  it('closes the account of who is gone there and updates who was changed, once, audited', async () => {
    const [gone, changed, same] = [address(), address(), address()].map((email) =>
      clerk.add({ email, firstName: 'Ada' }),
    ) as [string, string, string];
    const { userId, accountId } = await signIn(gone);
    for (const id of [changed, same]) await signIn(id);
    await auth.consent(userId);
    const newKey = CreateKeyRequest.fromPartial({ userId, accountId, name: 'ci' });
    const { apiKey } = await auth.client.createKey(newKey);
    const email = address();
    clerk.people.delete(gone);
    clerk.people.set(changed, { email, firstName: 'Grace', updatedAt: Date.now() });
    // Not in the list yet, and there where it is asked for.
    clerk.unlisted.add(same);
    for (let nights = 0; nights < 2; nights += 1) await compare(gone, changed, same);
    expect(await rows(gone)).toMatchObject([{ closed: true }]);
    expect(await rows(changed)).toEqual([{ email, name: 'Grace', closed: false }]);
    expect(await rows(same)).toMatchObject([{ closed: false }]);
    expect(
      await auth.client.resolveKey({ keySha256: apiKeySha256(apiKey) }).catch(rpcErrorFrom),
    ).toMatchObject({ code: 'not_found' });
    const page = { log: accountId, limit: 0, cursor: '' };
    const { entries } = await auth.client.listAuditEntries(page);
    const system = { actorKind: 'system', actorId: 'auth' };
    expect(entries.slice(0, 2)).toMatchObject([
      { act: 'account.closed', ...system },
      { act: 'key.revoked', ...system },
    ]);
    expect(entries.filter(({ act }) => act === 'account.closed')).toHaveLength(1);
    expect(await isDue(same)).toBe(false);
  });

  it('changes nothing where Clerk knows nobody: it may be another instance', async () => {
    const id = clerk.add({ email: address() });
    await signIn(id);
    const people = new Map(clerk.people);
    clerk.people.clear();
    await compare(id);
    for (const [known, person] of people) clerk.people.set(known, person);
    expect(await rows(id)).toMatchObject([{ closed: false }]);
    expect(await isDue(id)).toBe(true);
  });

  it.each([500, 429])('is made again after Clerk has answered %i', async (outage) => {
    const id = clerk.add({ email: address() });
    await signIn(id);
    clerk.people.delete(id);
    clerk.outage = outage;
    await compare(id);
    clerk.outage = undefined;
    expect(await rows(id)).toMatchObject([{ closed: false }]);
    expect(await isDue(id)).toBe(true);
    // It waits as long as Clerk wants it to.
    await compare(id);
    expect(await rows(id)).toMatchObject([{ closed: outage !== 429 }]);
  });
});
