import { createClerkClient, type ClerkClient } from '@clerk/backend';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { User } from '@modelbridge/contracts/auth.v1';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { Database } from '@modelbridge/service-kit/database';
import { ComparisonService } from '../../apps/auth/src/clerk/comparison.service.js';
import { startTestAuth, type TestAuth } from '../../apps/auth/src/testing/test-auth.js';
import { TestSandbox } from '../../apps/sandbox/src/testing/test-sandbox.js';
import { signIn } from './sandbox-clerk.js';

/** Nobody is there: no webhook of the sandbox arrives. */
const origin = 'http://127.0.0.1:9';

let sandbox: TestSandbox;
let auth: TestAuth;
let clerk: ClerkClient;
beforeAll(async () => {
  sandbox = await TestSandbox.start({ SANDBOX_CLERK_APP_ORIGIN: origin });
  const { config } = sandbox;
  const apiUrl = `${sandbox.url}/clerk`;
  auth = await startTestAuth({
    CLERK_SECRET_KEY: config.SANDBOX_CLERK_SECRET_KEY,
    CLERK_PUBLISHABLE_KEY: config.SANDBOX_CLERK_PUBLISHABLE_KEY,
    CLERK_WEBHOOK_SECRET: config.SANDBOX_CLERK_WEBHOOK_SECRET,
    CLERK_API_URL: apiUrl,
    CLERK_AUTHORIZED_PARTIES: origin,
  });
  clerk = createClerkClient({
    secretKey: config.SANDBOX_CLERK_SECRET_KEY,
    apiUrl,
    telemetry: { disabled: true },
  });
});
afterAll(async () => {
  await auth?.close();
  await sandbox?.close();
});

let people = 0;
let person: User;
beforeEach(async () => {
  const { token } = await signIn(sandbox.url, `compared-${++people}@example.com`);
  ({ user: person } = (await auth.client.verifySession({ token })) as { user: User });
});

const accountOf = async ({ userId }: User): Promise<User | undefined> =>
  (await auth.client.getUser({ userId })).user;
const clerkIdOf = ({ clerkUserId }: User): string => clerkUserId ?? '';

/** As a day later. */
async function compare(): Promise<void> {
  const { app } = auth.service.running;
  await app.get(Database).execute('update app_user set clerk_compare_at = now()');
  await app.get(ComparisonService, { strict: false }).compareDue();
}

describe('what the sandbox’s Clerk told by no webhook', () => {
  it('changes the account at the next comparison, and not before', async () => {
    const id = clerkIdOf(person);
    await clerk.users.updateUser(id, { firstName: 'Grace' });
    const emailAddress = `moved-${people}@example.com`;
    await clerk.emailAddresses.createEmailAddress({
      ...{ userId: id, emailAddress, verified: true, primary: true },
    });
    expect(await accountOf(person)).toMatchObject({ name: 'Ada', email: person.email });
    await compare();
    expect(await accountOf(person)).toMatchObject({ name: 'Grace', email: emailAddress });
  });

  it('closes the account of who was deleted there, and of nobody else', async () => {
    const { token } = await signIn(sandbox.url, 'stays@example.com');
    const { user: stays } = await auth.client.verifySession({ token });
    const session = await signIn(sandbox.url, person.email);
    await clerk.users.deleteUser(clerkIdOf(person));
    expect((await accountOf(person))?.closedAt).toBeUndefined();
    await compare();
    expect((await accountOf(person))?.closedAt).toBeInstanceOf(Date);
    expect((await accountOf(stays!))?.closedAt).toBeUndefined();
    expect(
      await auth.client.verifySession({ token: session.token }).catch(rpcErrorFrom),
    ).toMatchObject({ code: 'unauthenticated', details: { reason: 'user-deleted' } });
  });
});
