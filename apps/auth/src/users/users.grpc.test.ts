import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isId, newId } from '@modelbridge/contracts';
import { ConsentSource } from '@modelbridge/contracts/auth.v1';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { startTestAuth, type TestAuth } from '../testing/test-auth.js';

let auth: TestAuth;
beforeAll(async () => {
  auth = await startTestAuth();
});
afterAll(() => auth.close());

describe('users', () => {
  it('get an id and a billing account of their own', async () => {
    const { user } = await auth.client.createUser({
      email: ' Ada@example.com',
      name: 'Ada ',
      plan: '',
    });
    expect(user).toMatchObject({ email: 'Ada@example.com', name: 'Ada' });
    expect(isId('user', user?.userId ?? '')).toBe(true);
    expect(isId('account', user?.accountId ?? '')).toBe(true);
    expect(await auth.client.getUser({ userId: user?.userId ?? '' })).toEqual({ user });
  });

  it('cannot share an address, whatever its case, even when they register at once', async () => {
    const spellings = Array.from({ length: 8 }, (_, i) =>
      i % 2 === 0 ? 'race@example.com' : 'Race@Example.COM',
    );
    const outcomes = await Promise.allSettled(
      spellings.map((email) => auth.client.createUser({ email, name: 'Racer', plan: '' })),
    );
    const refusals = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [rpcErrorFrom(outcome.reason)] : [],
    );
    expect(refusals).toHaveLength(spellings.length - 1);
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ code: 'already_exists', field: 'email' });
    }
  });

  it.each([
    [{ email: 'nobody', name: 'N' }, 'email', 'email must be an e-mail address'],
    [{ email: 'n@example.com', name: '' }, 'name', 'name is required'],
    [
      { email: 'n@example.com', name: 'N\u0000' },
      'name',
      'name must not contain control characters',
    ],
  ])('are refused as %j, naming the field', async (request, field, message) => {
    const error = await auth.client.createUser({ plan: '', ...request }).catch(rpcErrorFrom);
    expect(error).toMatchObject({ code: 'invalid_argument', field, message });
  });

  it('are named to services by the batch, whoever is there', async () => {
    const made = await Promise.all(
      ['Grace', 'Alan'].map((name) =>
        auth.client.createUser({ email: `${name}@names.example.com`, name, plan: '' }),
      ),
    );
    const [grace, alan] = made.map(({ user }) => user?.userId ?? '') as [string, string];
    const { users } = await auth.client.getUserNames({ userIds: [grace, newId('user'), alan] });
    const byName = users.sort((a, b) => (a.name < b.name ? 1 : -1));
    expect(byName).toEqual([
      { userId: grace, name: 'Grace', email: 'Grace@names.example.com' },
      { userId: alan, name: 'Alan', email: 'Alan@names.example.com' },
    ]);
    expect(await auth.client.getUserNames({ userIds: [] })).toEqual({ users: [] });
    for (const userIds of [['user_1'], Array.from({ length: 201 }, () => newId('user'))]) {
      expect(await auth.client.getUserNames({ userIds }).catch(rpcErrorFrom)).toMatchObject({
        code: 'invalid_argument',
      });
    }
  });

  it('that do not exist are not found', async () => {
    const error = await auth.client.getUser({ userId: newId('user') }).catch(rpcErrorFrom);
    expect(error).toMatchObject({ code: 'not_found', field: 'user_id' });
  });
});

describe('an account', () => {
  let userId: string;
  beforeAll(async () => {
    ({ userId } = await auth.userWithConsents('settings@example.com'));
  });
  const update = (changes: object): Promise<unknown> =>
    auth.client
      .updateUser({ actorUserId: userId, userId, preferences: undefined, ...changes })
      .catch(rpcErrorFrom);

  it('begins with defaults, and keeps what is changed', async () => {
    const preferences = { theme: 'dark', lowBalanceEmail: false, productNewsEmail: true };
    expect(await auth.client.getUser({ userId })).toMatchObject({
      user: { timeZone: 'UTC', preferences: { theme: 'system', lowBalanceEmail: true } },
    });
    await update({ name: ' Ada ', timeZone: 'Europe/Berlin' });
    await update({ preferences });
    await update({});
    expect(await auth.client.getUser({ userId })).toMatchObject({
      user: { name: 'Ada', timeZone: 'Europe/Berlin', email: 'settings@example.com', preferences },
    });
  });

  it.each([
    ['name', { name: ' ' }, 'name is required'],
    ['time_zone', { timeZone: 'Mars/Olympus' }, /^time_zone must be a name of the IANA/],
    ['time_zone', { timeZone: '+01:00' }, /^time_zone must be a name of the IANA/],
    [
      'preferences',
      { preferences: { theme: 'pink', lowBalanceEmail: true, productNewsEmail: true } },
      'preferences must have a theme that is one of system, light, dark',
    ],
    ['user_id', { userId: newId('user') }, 'no such user'],
  ])('refuses a bad %s: %j', async (field, changes, message) => {
    expect(await update(changes)).toMatchObject({
      field,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
  });
});

describe('consents', () => {
  const given = { termsAccepted: true, isAdult: true, source: ConsentSource.PERSON };

  it('are kept with the version of the policy, the first time that it is accepted', async () => {
    const { userId, consents } = await auth.userWithConsents('consents@example.com');
    expect(consents).toBeUndefined();
    const { policyVersion } = await auth.client.getCurrentPolicy({});
    const { user: first } = await auth.client.getUser({ userId });
    expect(first?.consents).toMatchObject({ policyVersion, source: ConsentSource.PERSON });
    await auth.consent(userId);
    expect(await auth.client.getUser({ userId })).toEqual({ user: first });
  });

  it.each([
    ['terms_accepted', { termsAccepted: false }, 'invalid_argument'],
    ['is_adult', { isAdult: false }, 'invalid_argument'],
    ['source', { source: ConsentSource.UNSPECIFIED }, 'invalid_argument'],
    ['policy_version', { policyVersion: '2020-01-01' }, 'failed_precondition'],
    ['user_id', { userId: newId('user') }, 'not_found'],
  ])('are refused for %s', async (field, over, code) => {
    const { user } = await auth.client.createUser({
      email: `${field}@example.com`,
      name: 'N',
      plan: '',
    });
    const { policyVersion } = await auth.client.getCurrentPolicy({});
    const request = { userId: user?.userId ?? '', policyVersion, ...given, ...over };
    expect(await auth.client.recordConsents(request).catch(rpcErrorFrom)).toMatchObject({
      code,
      field,
    });
  });
});
