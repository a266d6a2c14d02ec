import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { apiKeySha256, parseApiKey } from '@modelbridge/api-key';
import { newId, uuidOf } from '@modelbridge/contracts';
import {
  CreateKeyRequest,
  type CreateKeyResponse,
  type Key,
  type User,
} from '@modelbridge/contracts/auth.v1';
import { authKeyRevoked } from '@modelbridge/contracts/events';
import { Database } from '@modelbridge/service-kit/database';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { eventually } from '@modelbridge/testing-kit';
import { startTestAuth, type TestAuth } from '../testing/test-auth.js';

let auth: TestAuth;
let database: Database;
let owner: User;

beforeAll(async () => {
  auth = await startTestAuth();
  database = auth.service.running.app.get(Database);
  owner = await auth.userWithConsents('owner@example.com');
});
afterAll(() => auth.close());

let made = 0;
async function createKey(
  overrides: Partial<CreateKeyRequest> = {},
): Promise<CreateKeyResponse & { key: Key }> {
  made += 1;
  const { userId, accountId } = owner;
  const { key, apiKey } = await auth.client.createKey({
    ...CreateKeyRequest.fromPartial({ userId, accountId, name: `ci ${made}` }),
    ...overrides,
  });
  if (key === undefined) throw new Error('no key');
  return { key, apiKey };
}

function resolve(apiKey: string): Promise<unknown> {
  return auth.client.resolveKey({ keySha256: apiKeySha256(apiKey) }).catch(rpcErrorFrom);
}

/** Every value of every column of every row, as text. */
async function storedText(): Promise<string> {
  const rows = await database.query<{ text: string }>(
    `select (to_jsonb(api_key) || jsonb_build_object('hash', encode(key_sha256, 'hex')))::text as text
     from api_key`,
  );
  return rows.map(({ text }) => text).join('\n');
}

describe('a new key', () => {
  it('is well formed and opens what it was made for', async () => {
    const { key, apiKey } = await createKey();
    expect(parseApiKey(apiKey)).toEqual({ publicId: key.publicId, isTest: false });
    expect(key).toMatchObject({ userId: owner.userId, accountId: owner.accountId });
    expect(await resolve(apiKey)).toMatchObject({ key });
  });

  it('is kept as its SHA-256 only', async () => {
    const { apiKey } = await createKey();
    const stored = await storedText();
    expect(stored).toContain(apiKeySha256(apiKey).toString('hex'));
    expect(stored).not.toContain(apiKey.slice(21));
  });

  it('needs a user that exists', async () => {
    const error = await createKey({ userId: newId('user') }).catch(rpcErrorFrom);
    expect(error).toMatchObject({ code: 'not_found', field: 'user_id' });
  });

  it('is refused until its owner has confirmed age and terms', async () => {
    const { user } = await auth.client.createUser({ email: 'e@example.com', name: 'E', plan: '' });
    const userId = user?.userId ?? '';
    const error = await createKey({ userId }).catch(rpcErrorFrom);
    const { policyVersion } = await auth.client.getCurrentPolicy({});
    expect(error).toMatchObject({
      code: 'failed_precondition',
      field: 'user_id',
      details: { reason: 'consents_missing', policyVersion },
    });
    await auth.consent(userId);
    expect((await createKey({ userId })).key).toMatchObject({ userId });
  });

  it('cannot be born expired', async () => {
    const error = await createKey({ expiresAt: new Date(Date.now() - 1_000) }).catch(rpcErrorFrom);
    expect(error).toMatchObject({ code: 'invalid_argument', field: 'expires_at' });
  });
});

describe('a key that opens nothing', () => {
  it('gets one and the same answer, be it unknown or revoked', async () => {
    const revoked = await createKey();
    await auth.client.revokeKey({ keyId: revoked.key.keyId });
    const unknown = await resolve('unknown');
    expect(unknown).toMatchObject({ code: 'not_found', message: 'no such key' });
    expect(await resolve(revoked.apiKey)).toEqual(unknown);
  });

  it('is not looked for when the digest is none', async () => {
    const error = await auth.client
      .resolveKey({ keySha256: Buffer.from('short') })
      .catch(rpcErrorFrom);
    expect(error).toMatchObject({ code: 'invalid_argument', field: 'key_sha256' });
  });
});

describe('a revocation', () => {
  it('destroys the hash and keeps the row', async () => {
    const { key, apiKey } = await createKey();
    const digest = apiKeySha256(apiKey).toString('hex');
    expect(await storedText()).toContain(digest);
    const { key: revoked } = await auth.client.revokeKey({ keyId: key.keyId });
    expect(revoked).toEqual({ ...key, revokedAt: expect.any(Date) });
    const stored = await storedText();
    expect(stored).not.toContain(digest);
    expect(stored).toContain(key.publicId);
  });

  it('cannot keep the hash: the schema refuses it', async () => {
    const { key } = await createKey();
    await expect(
      database.execute('update api_key set revoked_at = now() where id = $1', [
        uuidOf('key', key.keyId),
      ]),
    ).rejects.toThrow('api_key_hash_until_revoked');
  });

  it('is announced once, however often it is asked for', async () => {
    const { key } = await createKey();
    const heard: string[] = [];
    const consumer = auth.outside.messaging.consume(authKeyRevoked, {
      durable: 'test__auth-key-revoked',
      handle: async ({ keyId, publicId }) => void heard.push(`${keyId} ${publicId}`),
    });
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => auth.client.revokeKey({ keyId: key.keyId })),
    );
    expect(new Set(answers.map(({ key: { revokedAt } = {} }) => revokedAt?.getTime())).size).toBe(
      1,
    );
    // A later event has arrived, so a second one of the first key would have, too.
    const { key: later } = await createKey();
    await auth.client.revokeKey({ keyId: later.keyId });
    await eventually(() => expect(heard).toContain(`${later.keyId} ${later.publicId}`));
    expect(heard.filter((entry) => entry === `${key.keyId} ${key.publicId}`)).toHaveLength(1);
    await consumer.stop();
  });

  it('does not happen when it cannot be announced', async () => {
    const { key, apiKey } = await createKey();
    await database.execute('alter table outbox rename to outbox_away');
    try {
      const error = await auth.client.revokeKey({ keyId: key.keyId }).catch(rpcErrorFrom);
      expect(error).toMatchObject({ code: 'internal', message: 'internal error' });
    } finally {
      await database.execute('alter table outbox_away rename to outbox');
    }
    expect(await resolve(apiKey)).toMatchObject({ key });
  });

  it('of a key that does not exist is not found', async () => {
    const error = await auth.client.revokeKey({ keyId: newId('key') }).catch(rpcErrorFrom);
    expect(error).toMatchObject({ code: 'not_found', field: 'key_id' });
  });
});

describe('a key by its id', () => {
  it('is found with its account and owner, also after it was revoked', async () => {
    const { key } = await createKey();
    expect(await auth.client.getKey({ keyId: key.keyId })).toEqual({ key });
    const revoked = await auth.client.revokeKey({ keyId: key.keyId });
    expect(await auth.client.getKey({ keyId: key.keyId })).toEqual(revoked);
  });

  it.each([
    ['is not found when it was never made', newId('key'), 'not_found'],
    ['is refused under an id of another kind', newId('user'), 'invalid_argument'],
  ])('%s', async (_, keyId, code) => {
    const error = await auth.client.getKey({ keyId }).catch(rpcErrorFrom);
    expect(error).toMatchObject({ code, field: 'key_id' });
  });
});

describe('the list of keys', () => {
  it('shows each key of an account once, newest first, over all pages', async () => {
    const accountId = newId('account');
    const newest: string[] = [];
    for (let i = 0; i < 5; i += 1) newest.push((await createKey({ accountId })).key.keyId);
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = await auth.client.listKeys({ accountId, limit: 2, cursor });
      expect(page.keys.length).toBeLessThanOrEqual(2);
      seen.push(...page.keys.map(({ keyId }) => keyId));
      cursor = page.nextCursor;
    } while (cursor !== '');
    expect(seen).toEqual(newest.reverse());
  });

  it('ends exactly where a full page does', async () => {
    const accountId = newId('account');
    await createKey({ accountId });
    await createKey({ accountId });
    const { keys, nextCursor } = await auth.client.listKeys({
      accountId,
      limit: 2,
      cursor: '',
    });
    expect(keys).toHaveLength(2);
    expect(nextCursor).toBe('');
  });
});
