import { generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { apiKeySha256, createApiKey } from '@modelbridge/api-key';
import { CreateKeyRequest, type Key, type User } from '@modelbridge/contracts/auth.v1';
import { authKeyLeaked } from '@modelbridge/contracts/events';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { eventually } from '@modelbridge/testing-kit';
import { startTestAuth, type TestAuth } from '../testing/test-auth.js';
import { publicKeysSchema } from './secret-scanning.js';

const github = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const pem = github.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const document = JSON.stringify({
  public_keys: [{ key_identifier: 'current', key: pem, is_current: true }],
});

let auth: TestAuth;
let owner: User;
let leaked: { key: Key; apiKey: string };
const told: unknown[] = [];

beforeAll(async () => {
  auth = await startTestAuth({ GITHUB_SECRET_SCANNING_KEYS: document });
  owner = await auth.userWithConsents('owner@example.com');
  auth.outside.messaging.consume(authKeyLeaked, {
    durable: 'test__auth-key-leaked',
    handle: async (data) => void told.push(data),
  });
});
afterAll(() => auth.close());
beforeEach(async () => {
  leaked = await create();
});

async function create(): Promise<{ key: Key; apiKey: string }> {
  const { userId, accountId } = owner;
  const name = `key ${crypto.randomUUID()}`;
  const made = await auth.client.createKey(
    CreateKeyRequest.fromPartial({ userId, accountId, name }),
  );
  return { key: made.key!, apiKey: made.apiKey };
}

/** An alert as GitHub sends it. */
function alert(tokens: unknown, key = github.privateKey) {
  const body = Buffer.from(JSON.stringify(tokens));
  return {
    body,
    publicKeyIdentifier: 'current',
    publicKeySignature: sign('sha256', body, key).toString('base64'),
  };
}
const found = (token: string) => ({
  token,
  type: 'modelbridge_api_key',
  url: 'https://github.com/octocat/hello/blob/main/x',
  source: 'content',
});
const opens = (apiKey: string) =>
  auth.client.resolveKey({ keySha256: apiKeySha256(apiKey) }).then(
    () => true,
    () => false,
  );
const refusal = (call: Promise<unknown>) => call.catch(rpcErrorFrom);

describe('a key that was found in public', () => {
  it('is revoked, its owner is told once, and it is in the audit log', async () => {
    const forged = createApiKey().apiKey;
    const tokens = [found(leaked.apiKey), found(forged), found('ghp_of_somebody_else')];
    const { findings } = await auth.client.reportLeakedKeys(alert(tokens));
    expect(findings).toEqual([
      {
        tokenSha256: apiKeySha256(leaked.apiKey).toString('hex'),
        tokenType: 'modelbridge_api_key',
        isKey: true,
      },
      expect.objectContaining({ isKey: false }),
      expect.objectContaining({ isKey: false }),
    ]);
    expect(await opens(leaked.apiKey)).toBe(false);
    const again = await auth.client.reportLeakedKeys(alert(tokens));
    expect(again.findings[0]).toMatchObject({ isKey: true });
    const { keyId, publicId, name: keyName, userId, accountId } = leaked.key;
    const url = 'https://github.com/octocat/hello/blob/main/x';
    const notice = { keyId, publicId, keyName, userId, accountId, teamId: null };
    await eventually(() => expect(told).toContainEqual({ ...notice, source: 'content', url }));
    expect(told.filter((one) => (one as Key).keyId === keyId)).toHaveLength(1);
    const { entries } = await auth.client.listAuditEntries({
      log: accountId,
      limit: 5,
      cursor: '',
    });
    expect(entries).toContainEqual(
      expect.objectContaining({ act: 'key.leaked', objectIds: [keyId, userId] }),
    );
  });

  it('is not the key itself where it was rotated out: only that secret ends', async () => {
    const reference = { keyId: leaked.key.keyId };
    const rotated = await auth.client.rotateKey({ ...reference, graceSeconds: 3_600 });
    await auth.client.reportLeakedKeys(alert([found(leaked.apiKey)]));
    expect(await opens(leaked.apiKey)).toBe(false);
    expect(await opens(rotated.apiKey)).toBe(true);
  });
});

describe('an alert', () => {
  it.each([
    ['of another signer', () => alert([found(leaked.apiKey)], stranger.privateKey)],
    ['of an unknown key', () => ({ ...alert([found(leaked.apiKey)]), publicKeyIdentifier: 'x' })],
    ['without a signature', () => ({ ...alert([found(leaked.apiKey)]), publicKeySignature: '' })],
    [
      'that was changed',
      () => ({ ...alert([]), body: Buffer.from(JSON.stringify([found(leaked.apiKey)])) }),
    ],
  ])('%s is refused and revokes nothing', async (_, forged) => {
    expect(await refusal(auth.client.reportLeakedKeys(forged()))).toMatchObject({
      code: 'unauthenticated',
    });
    expect(await opens(leaked.apiKey)).toBe(true);
  });

  it.each([[{}], [[{ type: 'x' }]], ['text']])('of another shape is refused: %j', async (body) => {
    expect(await refusal(auth.client.reportLeakedKeys(alert(body)))).toMatchObject({
      code: 'invalid_argument',
      field: 'body',
    });
  });
});

const stranger = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });

describe('the public keys', () => {
  it.each([
    ['JSON', 'no'],
    ['public keys', '{}'],
    ['P-256', JSON.stringify({ public_keys: [{ key_identifier: 'a', key: 'PEM' }] })],
  ])('must be %s', (_, text) => {
    expect(publicKeysSchema.safeParse(text).success).toBe(false);
  });
});
