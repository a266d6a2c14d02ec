import { expect } from '@jest/globals';

/** What a browser has once it has signed in on the sandbox's page. */
export interface SignedIn {
  cookies: string;
  /** The session token, as the web app would send it on. */
  token: string;
}

/** Signs a person in on the sign-in page, as a browser does; whom the sandbox does not know it gets to know. */
export async function signIn(sandbox: string, email: string): Promise<SignedIn> {
  const reply = await fetch(`${sandbox}/clerk/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ email, first_name: 'Ada' }),
  });
  expect(reply.status).toBe(303);
  const cookies = reply.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0] ?? '')
    .join('; ');
  return { cookies, token: /__session=([^;]+)/.exec(cookies)?.[1] ?? '' };
}

export async function signOut(sandbox: string, { cookies }: SignedIn): Promise<void> {
  const headers = { cookie: cookies };
  const reply = await fetch(`${sandbox}/clerk/sign-out`, { redirect: 'manual', headers });
  expect(reply.status).toBe(303);
}

/** A token of a person that is forged as it says. */
export async function forgedToken(sandbox: string, email: string, forgery: object) {
  const reply = await fetch(`${sandbox}/clerk/test/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, ...forgery }),
  });
  return ((await reply.json()) as { jwt: string }).jwt;
}
