import { afterAll, beforeAll } from '@jest/globals';
import type { User } from '@modelbridge/contracts/auth.v1';
import { Database } from '@modelbridge/service-kit/database';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import type { StubClerk } from '../../testing/stub-clerk.js';
import { startTestAuth, type TestAuth } from '../../testing/test-auth.js';

/** The one auth that all of the tests about Clerk ask, one after the other. */
export let auth: TestAuth;
export let clerk: StubClerk;
export let database: Database;
beforeAll(async () => {
  auth = await startTestAuth();
  ({ clerk } = auth);
  database = auth.service.running.app.get(Database);
});
afterAll(() => auth.close());

let people = 0;
export const address = (): string => `person-${++people}@example.com`;

export async function signIn(clerkUserId: string): Promise<User> {
  const { user } = await auth.client.verifySession({ token: clerk.token(clerkUserId) });
  if (user === undefined) throw new Error('no user');
  return user;
}

export const refusal = (token: string): Promise<unknown> =>
  auth.client.verifySession({ token }).catch(rpcErrorFrom);

export const apply = (...webhook: Parameters<StubClerk['webhook']>): Promise<unknown> =>
  auth.client.applyClerkWebhook(clerk.webhook(...webhook));

/** Every user with this Clerk id or address. */
export function rows(where: string): Promise<{ email: string; name: string; closed: boolean }[]> {
  return database.query(
    `select email, name, closed_at is not null as closed from app_user
     where clerk_user_id = $1 or email = $1`,
    [where],
  );
}
