import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuthServiceClient, ConsentSource, CreateKeyRequest } from '@modelbridge/contracts/auth.v1';
import { certificatePaths } from '@modelbridge/local-stack';
import { grpcClient, rpcErrorFrom, type PromisifiedClient } from '@modelbridge/service-kit/grpc';
import { eventually } from '@modelbridge/testing-kit';
import { getJson, type Credits } from '../gateway-api.js';
import { forgedToken, signIn, signOut } from '../sandbox-clerk.js';
import { stack } from './the-system.js';

/** auth, as the web app's backend asks it. */
let auth: PromisifiedClient<AuthServiceClient>;
beforeAll(() => {
  const { ca, certificate, key } = certificatePaths(dirname(stack.tls.ca), 'dashboard');
  const tls = { TLS_CA_FILE: ca, TLS_CERT_FILE: certificate, TLS_KEY_FILE: key };
  auth = grpcClient(AuthServiceClient, stack.grpc['auth'] ?? '', tls, { serverName: 'auth' });
});
afterAll(() => auth?.close());

const refusalOf = (token: string): Promise<unknown> =>
  auth.verifySession({ token }).catch(rpcErrorFrom);

describe('who signs in on the sandbox’s page', () => {
  it('has an account with a balance, and makes a key that opens the gateway', async () => {
    const email = 'signs-in@example.com';
    const { token } = await signIn(stack.sandbox, email);
    const { user } = await auth.verifySession({ token });
    expect(user).toMatchObject({ email, name: 'Ada', plan: 'free' });
    const { userId, accountId } = user!;
    const actorUserId = userId;
    const newKey = CreateKeyRequest.fromPartial({ userId, accountId, actorUserId, name: 'mine' });
    expect(await auth.createKey(newKey).catch(rpcErrorFrom)).toMatchObject({
      details: { reason: 'consents_missing' },
    });
    const { policyVersion } = await auth.getCurrentPolicy({});
    await auth.recordConsents({
      ...{ userId, actorUserId, policyVersion, termsAccepted: true, isAdult: true },
      source: ConsentSource.PERSON,
    });
    const { apiKey } = await auth.createKey(newKey);
    // billing has heard of the account by then.
    const credits = await eventually(() =>
      getJson<Credits>({ gateway: stack.gateway, apiKey }, '/v1/credits'),
    );
    expect(credits.balance_nano_usd).toBe('0');
  });

  it('is signed out as soon as the webhook is in, though the token has not ended', async () => {
    const browser = await signIn(stack.sandbox, 'signs-out@example.com');
    expect(await auth.verifySession({ token: browser.token })).toMatchObject({
      user: { email: 'signs-out@example.com' },
    });
    await signOut(stack.sandbox, browser);
    await eventually(async () =>
      expect(await refusalOf(browser.token)).toMatchObject({
        code: 'unauthenticated',
        details: { reason: 'session-ended' },
      }),
    );
  });

  it.each([
    [{ claims: { azp: null } }, 'token-invalid-authorized-parties'],
    [{ claims: { iss: 'https://clerk.other.test' } }, 'foreign-issuer'],
    [{ signature: 'HS256' }, 'token-invalid-algorithm'],
    [{ signature: 'none' }, 'token-invalid-algorithm'],
  ])('is nobody with a token as %j makes it', async (forgery, reason) => {
    const email = 'ada@modelbridge.local';
    expect(await refusalOf(await forgedToken(stack.sandbox, email, forgery))).toMatchObject({
      code: 'unauthenticated',
      details: { reason },
    });
    const good = await forgedToken(stack.sandbox, email, {});
    expect(await auth.verifySession({ token: good })).toMatchObject({ user: { email } });
  });
});
