import { readFile } from 'node:fs/promises';
import { generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { apiKeySha256, createApiKey } from '@modelbridge/api-key';
import { TeamStandings } from '@modelbridge/access';
import { newId } from '@modelbridge/contracts';
import { CreateKeyRequest, type Key, type User } from '@modelbridge/contracts/auth.v1';
import { KeyMakers, TeamRole } from '@modelbridge/contracts/teams.v1';
import { TestMailServer } from '@modelbridge/mail/testing';
import { Database } from '@modelbridge/service-kit/database';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { eventually } from '@modelbridge/testing-kit';
import { UsersService } from '../users/users.service.js';
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
let mailServer: TestMailServer;

beforeAll(async () => {
  mailServer = await TestMailServer.start();
  auth = await startTestAuth({
    GITHUB_SECRET_SCANNING_KEYS: document,
    SMTP_URL: mailServer.url,
  });
  owner = await auth.userWithConsents('owner@example.com');
});
afterAll(async () => {
  await auth.close();
  await mailServer.close();
});
beforeEach(async () => {
  leaked = await create();
});

async function create({ userId, accountId } = owner): Promise<{ key: Key; apiKey: string }> {
  const name = `key ${crypto.randomUUID()}`;
  const made = await auth.client.createKey(
    CreateKeyRequest.fromPartial({ userId, accountId, name }),
  );
  return { key: made.key!, apiKey: made.apiKey };
}

/** How the mails about a key stand. */
async function mailsAbout(keyId: string): Promise<string[]> {
  const rows = await auth.service.running.app
    .get(Database)
    .query<{ state: string }>(`select state from mail where facts->>'keyId' = $1`, [keyId]);
  return rows.map(({ state }) => state);
}

/** The text of a mail, whose lines a mail server breaks. */
const unfolded = (mail: string): string => mail.replaceAll('=\r\n', '').replaceAll('=3D', '=');

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
    await eventually(() => expect(mailsAbout(keyId)).resolves.toEqual(['sent']));
    const [mail = '', ...others] = mailServer.taken.filter((one) => one.includes(keyName));
    expect(others).toEqual([]);
    expect(mail).toMatch(/^To: Somebody <owner@example\.com>$/m);
    expect(mail).toContain('A key was found in public and is revoked');
    for (const said of [publicId, url]) expect(unfolded(mail)).toContain(said);
    expect(unfolded(mail)).not.toContain(leaked.apiKey.slice(-38));
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
    await eventually(() => expect(mailsAbout(leaked.key.keyId)).resolves.toEqual(['sent']));
    const told = mailServer.taken.filter((one) => one.includes(leaked.key.name)).map(unfolded);
    expect(told).toEqual([expect.stringContaining('the secret of now works on')]);
  });

  it('of a team is told to who made it and to who owns the team, once where they are one', async () => {
    const teamOwner = await auth.userWithConsents('team-owner@example.com');
    const account = newId('account');
    const standings = auth.service.running.app.get(TeamStandings, { strict: false });
    standings.standingOf = async () => ({
      teamId: newId('team'),
      accountId: account,
      role: TeamRole.MEMBER,
      membershipId: newId('membership'),
      mayMakeKeys: true,
      settings: { allowedModels: [], neverStoredOnly: false, keyMakers: KeyMakers.MEMBERS },
    });
    standings.ownerOf = async (accountId) => (accountId === account ? teamOwner.userId : undefined);
    for (const maker of [owner, teamOwner]) {
      const { apiKey, key } = await create({ ...maker, accountId: account });
      await auth.client.reportLeakedKeys(alert([found(apiKey)]));
      await eventually(async () =>
        expect((await mailsAbout(key.keyId)).sort()).toEqual(
          maker === owner ? ['sent', 'sent'] : ['sent', 'unwanted'],
        ),
      );
      const to = mailServer.taken
        .filter((one) => one.includes(key.publicId))
        .map((one) => /^To: .*<(.*)>$/m.exec(one)?.[1]);
      expect(to.sort()).toEqual(
        maker === owner ? [owner.email, teamOwner.email] : [teamOwner.email],
      );
    }
  });

  it('of somebody whose account is closed reaches nobody, and is not tried again', async () => {
    const gone = await auth.userWithConsents('gone@example.com');
    const { userId, accountId } = gone;
    const made = await auth.client.createKey(
      CreateKeyRequest.fromPartial({ userId, accountId, name: 'last' }),
    );
    const users = auth.service.running.app.get(UsersService, { strict: false });
    users.get = async () => ({ ...gone, closedAt: new Date() }) as never;
    try {
      await auth.client.reportLeakedKeys(alert([found(made.apiKey)]));
      await eventually(() =>
        expect(mailsAbout(made.key?.keyId ?? '')).resolves.toEqual(['undeliverable']),
      );
    } finally {
      Reflect.deleteProperty(users, 'get');
    }
  });
});

describe('the rules of alerts', () => {
  it('look at what is counted, from the start', async () => {
    const file = new URL('../../../../deploy/alerts/keys.yml', import.meta.url);
    const looked = (await readFile(file, 'utf8')).match(/\bauth_\w+\{\w+="\w+"\}/g) ?? [];
    const served = await (await fetch(`${auth.service.httpUrl}/metrics`)).text();
    expect(looked).toHaveLength(2);
    const counted = served.replaceAll(',service="auth"', '');
    for (const selector of looked) expect(counted).toContain(`${selector} `);
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
