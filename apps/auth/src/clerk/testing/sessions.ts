import { describe, expect, it } from '@jest/globals';
import { eventually } from '@modelbridge/testing-kit';
import type { StubClerk } from '../../testing/stub-clerk.js';
import { SessionsService } from '../sessions.service.js';
import { auth, clerk, address, signIn, refusal, apply, rows } from './clerk-auth.js';

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
