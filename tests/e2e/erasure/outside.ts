import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from '@modelbridge/launcher';

type System = Pick<Stack, 'sandbox' | 'state'>;

/** The status with which Clerk answers who asks for a person. */
export async function atClerk(system: System, clerkUserId: string): Promise<number> {
  const answer = await ask(system, `clerk/v1/users/${clerkUserId}`, 'sandbox-clerk-secret-key');
  return answer.status;
}

/** A customer, as Stripe shows it. */
export async function atStripe(system: System, customer: string): Promise<{ deleted?: boolean }> {
  const answer = await ask(system, `v1/customers/${customer}`, 'sandbox-stripe-secret-key');
  return (await answer.json()) as { deleted?: boolean };
}

function ask({ sandbox, state }: System, path: string, secret: string): Promise<Response> {
  const key = readFileSync(join(state, 'secrets', secret), 'utf8').trim();
  return fetch(`${sandbox}/${path}`, { headers: { authorization: `Bearer ${key}` } });
}
