import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { apiKeySha256, parseApiKey } from '@modelbridge/api-key';
import { newId, uuidOf } from '@modelbridge/contracts';
import {
  CreateKeyRequest,
  KeyApi,
  KeyRestrictions,
  KeyScope,
  UpdateKeyRequest,
  type Key,
  type User,
} from '@modelbridge/contracts/auth.v1';
import { authKeyChanged, usageLedgerRequestRecorded } from '@modelbridge/contracts/events';
import { Database } from '@modelbridge/service-kit/database';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { eventually } from '@modelbridge/testing-kit';
import { startTestAuth, type TestAuth } from '../testing/test-auth.js';
import { keyBounds } from './bounds.js';

let auth: TestAuth;
let owner: User;
const changed: string[] = [];

beforeAll(async () => {
  auth = await startTestAuth();
  owner = await auth.userWithConsents('owner@example.com');
  auth.outside.messaging.consume(authKeyChanged, {
    durable: 'test__auth-key-changed',
    handle: async ({ keyId }) => void changed.push(keyId),
  });
});
afterAll(() => auth.close());

type Given<Request extends { restrictions: unknown }> = Omit<Partial<Request>, 'restrictions'> & {
  restrictions?: Partial<KeyRestrictions>;
};
const restricted = (given: Partial<KeyRestrictions> | undefined) =>
  given && KeyRestrictions.fromPartial(given);
let count = 0;
async function create(values: Given<CreateKeyRequest> = {}): Promise<{ key: Key; apiKey: string }> {
  count += 1;
  const { userId, accountId } = owner;
  const { key, apiKey } = await auth.client.createKey({
    ...CreateKeyRequest.fromPartial({ userId, accountId, name: `key ${count}` }),
    ...values,
    restrictions: restricted(values.restrictions),
  });
  return { key: key!, apiKey };
}
const update = async (values: Given<UpdateKeyRequest>) => {
  const { key } = await auth.client.updateKey({
    ...UpdateKeyRequest.fromPartial({}),
    ...values,
    restrictions: restricted(values.restrictions),
  });
  return key!;
};
const refusal = (call: Promise<unknown>) => call.catch(rpcErrorFrom);
const resolve = (apiKey: string) => auth.client.resolveKey({ keySha256: apiKeySha256(apiKey) });
const heard = (keyId: string) => eventually(() => expect(changed).toContain(keyId));

const restrictions = {
  allowedModels: ['kimi-k2.5'],
  neverStoredOnly: true,
  allowedApis: [KeyApi.RESPONSES, KeyApi.MESSAGES],
  allowedAddresses: ['203.0.113.7', '10.0.0.0/8', '2001:db8::/32'],
  requestsPerMinute: 10,
  tokensPerMinute: 1_000,
  concurrentRequests: 2,
};

describe('what a key may do', () => {
  it('comes back as it was given, an alias as the model it stands for', async () => {
    const asked = { ...restrictions, allowedModels: ['kimi', 'kimi-k2.5'] };
    const { key, apiKey } = await create({ restrictions: asked });
    expect(key.restrictions).toEqual(restrictions);
    expect(await resolve(apiKey)).toMatchObject({ key: { restrictions } });
  });

  it.each([
    ['allowed_models', { allowedModels: ['kimi-k2.5', 'gpt-99'] }],
    ['allowed_models', { allowedModels: Array<string>(101).fill('kimi-k2.5') }],
    ['allowed_apis', { allowedApis: [KeyApi.UNSPECIFIED] }],
    ['allowed_addresses', { allowedAddresses: ['10.0.0.0/33'] }],
    ['allowed_addresses', { allowedAddresses: ['2001:db8::/129'] }],
    ['allowed_addresses', { allowedAddresses: ['10.0.0/8'] }],
    ['allowed_addresses', { allowedAddresses: ['10.0.0.1/08'] }],
    ['allowed_addresses', { allowedAddresses: ['::ffff:10.0.0.1'] }],
    ['allowed_addresses', { allowedAddresses: ['fe80::1%eth0'] }],
    ['allowed_addresses', { allowedAddresses: [''] }],
    ['requests_per_minute', { requestsPerMinute: 2_000_000_000 }],
    ['concurrent_requests', { concurrentRequests: 2_000_000 }],
  ])('is refused, naming %s, with %j', async (field, values) => {
    const given = KeyRestrictions.fromPartial(values);
    const expected = { code: 'invalid_argument', field, message: expect.stringContaining(field) };
    expect(await refusal(create({ restrictions: given }))).toMatchObject(expected);
    const { key } = await create();
    expect(await refusal(update({ keyId: key.keyId, restrictions: given }))).toMatchObject(
      expected,
    );
  });

  it('is refused naming the model that does not exist', async () => {
    const given = KeyRestrictions.fromPartial({ allowedModels: ['kimi-k2.5', 'gpt-99'] });
    expect(await refusal(create({ restrictions: given }))).toMatchObject({
      message: expect.stringContaining('"gpt-99"'),
      details: { model: 'gpt-99' },
    });
  });

  it('is not taken while the models cannot be looked up, unless none is named', async () => {
    auth.routing.isDown = true;
    const named = create({ restrictions: { allowedModels: ['kimi'] } });
    expect(await refusal(named)).toMatchObject({ code: 'unavailable', field: 'allowed_models' });
    await create();
    auth.routing.isDown = false;
  });

  it('changes as a whole, its name and its end by themselves, and gateways are told', async () => {
    const { key } = await create({ restrictions });
    const expiresAt = new Date(Date.now() + 3_600_000);
    const renamed = await update({ keyId: key.keyId, name: 'renamed', expiresAt });
    expect(renamed).toEqual({ ...key, name: 'renamed', expiresAt });
    await heard(key.keyId);
    const freed = await update({ keyId: key.keyId, removesExpiry: true, restrictions: {} });
    expect(freed).toMatchObject({
      name: 'renamed',
      expiresAt: undefined,
      restrictions: KeyRestrictions.fromPartial({}),
    });
    const both = update({ keyId: key.keyId, expiresAt, removesExpiry: true });
    expect(await refusal(both)).toMatchObject({ field: 'removes_expiry' });
  });
});

describe('a name', () => {
  it('is that of one key of a person on an account, whatever the case, until it is revoked', async () => {
    const { key } = await create({ name: 'Laptop' });
    const taken = { code: 'already_exists', field: 'name' };
    expect(await refusal(create({ name: 'laptop' }))).toMatchObject(taken);
    const { key: other } = await create();
    expect(await refusal(update({ keyId: other.keyId, name: 'LAPTOP' }))).toMatchObject(taken);
    await update({ keyId: key.keyId, name: 'laptop' });
    await create({ name: 'Laptop', accountId: newId('account') });
    await auth.client.revokeKey({ keyId: key.keyId });
    await create({ name: 'Laptop' });
  });

  it('cannot be empty', async () => {
    const expected = { code: 'invalid_argument', field: 'name', message: 'name is required' };
    expect(await refusal(create({ name: ' ' }))).toMatchObject(expected);
  });
});

it('are so many for a person on an account, and revoked ones do not count', async () => {
  const accountId = newId('account');
  await auth.service.running.app.get(Database).execute(
    `insert into api_key (id, public_id, key_sha256, name, name_key, account_id, user_id)
     select gen_random_uuid(), 'many' || n, sha256(('many' || n)::bytea), n, n, $1, $2
     from generate_series(1, $3) n`,
    [uuidOf('account', accountId), uuidOf('user', owner.userId), keyBounds.perPerson - 1],
  );
  const { key } = await create({ accountId });
  expect(await refusal(create({ accountId }))).toMatchObject({
    code: 'resource_exhausted',
    field: 'user_id',
    message: expect.stringContaining('revoke one'),
  });
  await auth.client.revokeKey({ keyId: key.keyId });
  await create({ accountId });
});

describe('a person', () => {
  it('has to do with keys of their own only', async () => {
    const stranger = await auth.userWithConsents('stranger@example.com');
    const actorUserId = stranger.userId;
    const { key } = await create();
    const reference = { keyId: key.keyId, actorUserId };
    for (const call of [
      auth.client.getKey(reference),
      auth.client.revokeKey(reference),
      auth.client.disableKey(reference),
      auth.client.enableKey(reference),
      auth.client.rotateKey({ ...reference, graceSeconds: 0 }),
      update({ ...reference, name: 'mine' }),
      update(reference),
    ]) {
      expect(await refusal(call)).toMatchObject({ code: 'not_found', field: 'key_id' });
    }
    expect(await refusal(create({ actorUserId }))).toMatchObject({ code: 'not_found' });
    const page = { accountId: owner.accountId, limit: 100, cursor: '' };
    expect(await refusal(auth.client.listKeys({ ...page, actorUserId }))).toMatchObject({
      code: 'not_found',
    });
    const own = { keyId: key.keyId, actorUserId: owner.userId };
    expect(await auth.client.getKey(own)).toEqual({ key });
  });
});

describe('a key', () => {
  it('of the scope management, or for tests, stays that', async () => {
    const management = await create({ scope: KeyScope.MANAGEMENT });
    expect(await resolve(management.apiKey)).toMatchObject({ key: { scope: KeyScope.MANAGEMENT } });
    const test = await create({ isTest: true });
    expect(parseApiKey(test.apiKey)).toMatchObject({ isTest: true });
    expect(await resolve(test.apiKey)).toMatchObject({ key: { isTest: true } });
    const reference = { keyId: test.key.keyId };
    const rotated = await auth.client.rotateKey({ ...reference, graceSeconds: 0 });
    expect(parseApiKey(rotated.apiKey)).toMatchObject({ isTest: true });
    const both = create({ scope: KeyScope.MANAGEMENT, isTest: true });
    expect(await refusal(both)).toMatchObject({ code: 'invalid_argument', field: 'is_test' });
  });

  it('that is disabled or expired says so to a gateway', async () => {
    const { key, apiKey } = await create();
    const reference = { keyId: key.keyId };
    await auth.client.disableKey(reference);
    const { key: again } = await auth.client.disableKey(reference);
    expect(again?.disabledAt).toBeInstanceOf(Date);
    expect(await resolve(apiKey)).toEqual({
      key: again,
      publicId: key.publicId,
      secretExpiresAt: undefined,
      teamRestrictions: undefined,
      storeContent: true,
    });
    await heard(key.keyId);
    await auth.client.enableKey(reference);
    expect(await resolve(apiKey)).toMatchObject({ key });
    await auth.service.running.app
      .get(Database)
      .execute('update api_key set expires_at = now() where id = $1', [uuidOf('key', key.keyId)]);
    const { key: expired } = await resolve(apiKey);
    expect(expired?.expiresAt?.getTime()).toBeLessThanOrEqual(Date.now());
    expect(await refusal(auth.client.rotateKey({ ...reference, graceSeconds: 0 }))).toMatchObject({
      code: 'failed_precondition',
      message: expect.stringContaining('expires_at'),
    });
  });

  it('says whether its author lets content be stored, and gateways ask anew of every key of theirs', async () => {
    const author = await auth.userWithConsents('nothing-stored@example.com');
    const { userId, accountId } = author;
    const keys = await Promise.all([1, 2].map(() => create({ userId, accountId })));
    const choose = async (storeContent: boolean | undefined) => {
      const asked = { userId, actorUserId: userId, preferences: undefined, storeContent };
      return (await auth.client.updateUser(asked)).user?.storeContent;
    };
    const stores = () =>
      Promise.all(keys.map(async ({ apiKey }) => (await resolve(apiKey)).storeContent));
    expect(await stores()).toEqual([true, true]);
    changed.length = 0;
    expect([await choose(undefined), await choose(true), await choose(false)]).toEqual([
      ...[true, true, false],
    ]);
    expect(await stores()).toEqual([false, false]);
    for (const { key } of keys) await heard(key.keyId);
    expect(changed.filter((keyId) => keys.some(({ key }) => key.keyId === keyId))).toHaveLength(2);
    expect(await choose(undefined)).toBe(false);
    const { entries } = await auth.client.listAuditEntries({
      log: accountId,
      limit: 5,
      cursor: '',
    });
    expect(entries[0]).toMatchObject({
      act: 'content_storage.changed',
      objectIds: [userId],
      details: { store_content: 'false' },
    });
  });

  it('that is rotated works under both secrets for the grace period, and under no older one', async () => {
    const first = await create({ restrictions });
    const reference = { keyId: first.key.keyId };
    const rotate = (graceSeconds: number) => auth.client.rotateKey({ ...reference, graceSeconds });
    const second = await rotate(3_600);
    expect(second.key).toMatchObject({ keyId: first.key.keyId, restrictions });
    const { key: _, ...old } = await resolve(first.apiKey);
    expect(old.publicId).toBe(first.key.publicId);
    expect(old.secretExpiresAt).toEqual(second.key?.previousSecretUntil);
    expect(await resolve(second.apiKey)).toMatchObject({ publicId: second.key?.publicId });
    const third = await rotate(60);
    expect(await refusal(resolve(first.apiKey))).toMatchObject({ code: 'not_found' });
    await resolve(second.apiKey);
    await rotate(0);
    for (const { apiKey } of [second, third]) {
      expect(await refusal(resolve(apiKey))).toMatchObject({ code: 'not_found' });
    }
    expect(await refusal(rotate(keyBounds.maxGraceSeconds + 1))).toMatchObject({
      code: 'invalid_argument',
      field: 'grace_seconds',
    });
  });

  it('loses every secret when it is revoked, and cannot be changed then', async () => {
    const { key, apiKey } = await create();
    const reference = { keyId: key.keyId };
    const rotated = await auth.client.rotateKey({ ...reference, graceSeconds: 60 });
    await auth.client.revokeKey(reference);
    for (const secret of [apiKey, rotated.apiKey]) {
      expect(await refusal(resolve(secret))).toMatchObject({ code: 'not_found' });
    }
    for (const call of [
      () => auth.client.rotateKey({ ...reference, graceSeconds: 0 }),
      () => auth.client.enableKey(reference),
      () => update({ keyId: key.keyId, name: 'again' }),
    ]) {
      expect(await refusal(call())).toMatchObject({ code: 'failed_precondition', field: 'key_id' });
    }
  });

  it('says to the minute when it was last used, whatever order usage comes in', async () => {
    const { key } = await create();
    const { keyId, userId, accountId } = key;
    const { messaging } = auth.outside;
    const use = async (startedAt: string) => {
      const requests = [{ ...recorded, keyId, userId, accountId, startedAt }];
      const batchId = crypto.randomUUID();
      await messaging.publish(usageLedgerRequestRecorded, { batchId, requests }, { id: batchId });
    };
    await use('2026-03-14T12:01:59Z');
    await use('2026-03-14T12:00:10Z');
    const { key: later } = await create();
    const keys = [later.keyId, keyId];
    const batchId = crypto.randomUUID();
    const requests = keys.map((id) => ({
      ...recorded,
      keyId: id,
      userId,
      accountId,
      startedAt: '2026-03-14T11:00:10Z',
    }));
    await messaging.publish(usageLedgerRequestRecorded, { batchId, requests }, { id: batchId });
    // What came before it has had its effect, too.
    await eventually(async () => {
      const read = await auth.client.getKey({ keyId: later.keyId });
      expect(read.key?.lastUsedAt).toEqual(new Date('2026-03-14T11:00:00Z'));
    });
    const { key: used } = await auth.client.getKey({ keyId });
    expect(used?.lastUsedAt).toEqual(new Date('2026-03-14T12:01:00Z'));
  });
});

const recorded = {
  requestId: newId('request'),
  sequence: 1,
  ledgerSequence: 1,
  gatewayEpoch: '0191b7c2-0000-7000-8000-000000000000',
  allowanceId: null,
  completedAt: '2026-03-14T12:59:59Z',
  teamId: null,
  keyHash: 'ab'.repeat(32),
  model: 'kimi-k2.5',
  provider: null,
  region: null,
  api: 'chat_completions' as const,
  status: 200,
  outcome: 'completed' as const,
  finishReason: null,
  errorClass: null,
  streamed: false,
  estimated: false,
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  costNanoUsd: '0',
  priceVersion: '1',
  timeToFirstTokenMs: null,
};
