import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClerkClient, type ClerkClient } from '@clerk/backend';
import { verifyWebhook } from '@clerk/backend/webhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@modelbridge/testing-kit';
import { TestSandbox } from '../testing/test-sandbox.js';

interface Heard {
  type: string;
  id: string;
  data: { id?: string };
}

let app: Server;
let origin: string;
let sandbox: TestSandbox;
let clerk: ClerkClient;
const heard: Heard[] = [];
let refuse = 0;

/** The web app, as webhooks see it. Each is verified by the vendor's own code. */
async function receive(request: Request, id: string): Promise<number> {
  if (refuse > 0) {
    refuse -= 1;
    return 503;
  }
  const signingSecret = sandbox.config.SANDBOX_CLERK_WEBHOOK_SECRET;
  const event = await verifyWebhook(request, { signingSecret });
  heard.push({ type: event.type, id, data: event.data });
  return 204;
}

beforeAll(async () => {
  app = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = request.headers as Record<string, string>;
      const body = Buffer.concat(chunks);
      void receive(new Request(origin, { method: 'POST', headers, body }), headers['svix-id'] ?? '')
        .catch(() => 401)
        .then((code) => response.writeHead(code).end());
    });
  });
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
  sandbox = await TestSandbox.start({ SANDBOX_CLERK_APP_ORIGIN: origin });
  clerk = createClerkClient({
    secretKey: sandbox.config.SANDBOX_CLERK_SECRET_KEY,
    publishableKey: sandbox.config.SANDBOX_CLERK_PUBLISHABLE_KEY,
    apiUrl: `${sandbox.url}/clerk`,
    telemetry: { disabled: true },
  });
});
afterAll(async () => {
  await sandbox.close();
  app.closeAllConnections();
  app.close();
});
beforeEach(() => switches({}));

async function switches(body: object): Promise<void> {
  await fetch(`${sandbox.url}/clerk/test/webhooks`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

const about = (id: string): string[] =>
  heard.filter(({ data }) => data.id === id).map(({ type }) => type);

let people = 0;
const person = (): Promise<{ id: string }> =>
  clerk.users.createUser({ emailAddress: [`p${++people}@example.com`], firstName: 'P' });

/** Signs in as a browser does; what it has from then on. */
async function signIn(email: string): Promise<{ cookies: string; sessionId: string }> {
  const response = await fetch(`${sandbox.url}/clerk/sign-in?redirect_url=${origin}/home`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ email }),
  });
  expect(response.status).toBe(303);
  expect(response.headers.get('location')).toBe(`${origin}/home`);
  const cookies = response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0] ?? '')
    .join('; ');
  const token = /__session=([^;]+)/.exec(cookies)?.[1] ?? '';
  const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
  return { cookies, sessionId: (JSON.parse(claims) as { sid: string }).sid };
}

/** What the vendor's own code says of a request with these headers. */
async function authenticate(headers: Record<string, string>) {
  return clerk.authenticateRequest(new Request(`${origin}/`, { headers }), {
    authorizedParties: [origin],
    skipJwksCache: true,
  });
}

async function testToken(body: object): Promise<string> {
  const response = await fetch(`${sandbox.url}/clerk/test/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'demo@modelbridge.local', ...body }),
  });
  return ((await response.json()) as { jwt: string }).jwt;
}

describe('signing in at the sandbox', () => {
  it('shows the demo people, and sends a browser back signed in', async () => {
    const page = await fetch(`${sandbox.url}/clerk/sign-in?redirect_url=/`);
    expect(await page.text()).toContain('demo@modelbridge.local');
    const { cookies, sessionId } = await signIn('demo@modelbridge.local');
    const state = await authenticate({ cookie: cookies });
    expect(state.toAuth()).toMatchObject({ sessionId, isAuthenticated: true });
  });

  it('makes somebody new known, and says so', async () => {
    const { sessionId } = await signIn('new@example.com');
    const { data } = await clerk.users.getUserList({ emailAddress: ['new@example.com'] });
    expect(data).toHaveLength(1);
    await eventually(() => {
      expect(about(data[0]?.id ?? '')).toEqual(['user.created']);
      expect(about(sessionId)).toEqual(['session.created']);
    });
  });

  it('sends nobody elsewhere', async () => {
    const url = `${sandbox.url}/clerk/sign-in?redirect_url=https://evil.test/`;
    expect((await fetch(url)).status).toBe(400);
  });

  it('ends with every session of the browser', async () => {
    const { cookies, sessionId } = await signIn('ada@modelbridge.local');
    const response = await fetch(`${sandbox.url}/clerk/sign-out`, {
      redirect: 'manual',
      headers: { cookie: cookies },
    });
    expect(response.headers.getSetCookie().join()).toContain('__client_uat=0');
    expect(await clerk.sessions.getSession(sessionId)).toMatchObject({ status: 'removed' });
    await eventually(() => expect(about(sessionId)).toContain('session.removed'));
  });
});

describe('the browser at the sandbox', () => {
  const post = (path: string, headers: Record<string, string>): Promise<Response> =>
    fetch(`${sandbox.url}/clerk/v1/client/sessions/${path}`, { method: 'POST', headers });

  it('gets tokens of its own sessions, for the web app only, and steps up', async () => {
    const { cookies, sessionId } = await signIn('grace@modelbridge.local');
    const own = { cookie: cookies, origin };
    const { jwt } = (await (await post(`${sessionId}/tokens`, own)).json()) as { jwt: string };
    expect((await authenticate({ authorization: `Bearer ${jwt}` })).isAuthenticated).toBe(true);
    expect((await post(`${sessionId}/verify`, own)).status).toBe(200);
    expect((await post(`${sessionId}/tokens`, { origin })).status).toBe(401);
    const evil = { cookie: cookies, origin: 'https://evil.test' };
    expect((await post(`${sessionId}/tokens`, evil)).status).toBe(400);
    await clerk.sessions.revokeSession(sessionId);
    expect((await post(`${sessionId}/tokens`, own)).status).toBe(401);
  });
});

describe('the backend API of the sandbox', () => {
  it('changes people, their addresses and sessions, and says so', async () => {
    const { id } = await person();
    await clerk.users.updateUser(id, { firstName: 'Q' });
    const address = await clerk.emailAddresses.createEmailAddress({
      userId: id,
      emailAddress: 'q@example.com',
      verified: true,
      primary: true,
    });
    const user = await clerk.users.getUser(id);
    expect(user).toMatchObject({ firstName: 'Q', primaryEmailAddressId: address.id });
    expect(user.primaryEmailAddress?.verification?.status).toBe('verified');
    expect(await clerk.users.deleteUser(id)).toMatchObject({ id });
    await expect(clerk.users.getUser(id)).rejects.toMatchObject({ status: 404 });
    await eventually(() =>
      expect(about(id).toSorted()).toEqual([
        'user.created',
        'user.deleted',
        'user.updated',
        'user.updated',
      ]),
    );
  });

  it('refuses a wrong key, an address that is taken, and a session that is not there', async () => {
    const wrong = createClerkClient({ secretKey: 'sk_live_x', apiUrl: `${sandbox.url}/clerk` });
    await expect(wrong.users.getCount()).rejects.toMatchObject({ status: 401 });
    const taken = { emailAddress: ['demo@modelbridge.local'] };
    await expect(clerk.users.createUser(taken)).rejects.toMatchObject({ status: 422 });
    await expect(clerk.sessions.getSession('sess_x')).rejects.toMatchObject({ status: 404 });
  });
});

describe('a token of the sandbox', () => {
  it.each([
    [{}, true],
    [{ signature: 'HS256' }, false],
    [{ signature: 'none' }, false],
    [{ signature: 'missing' }, false],
    [{ claims: { azp: null } }, false],
    [{ claims: { azp: 'https://evil.test' } }, false],
    [{ claims: { exp: 1_700_000_000, iat: 1_600_000_000, nbf: 1_600_000_000 } }, false],
  ])('as %j asks for is good: %s', async (forgery, good) => {
    const state = await authenticate({ authorization: `Bearer ${await testToken(forgery)}` });
    expect(state.isAuthenticated).toBe(good);
  });

  // Not asked of the SDK, which remembers keys that it has met.
  it('has a key that nobody is told of any more, once that was rotated out', async () => {
    const keyOf = (jwt: string): string => {
      const header = Buffer.from(jwt.split('.', 1)[0] ?? '', 'base64url').toString();
      return (JSON.parse(header) as { kid: string }).kid;
    };
    const told = async (): Promise<(string | undefined)[]> =>
      ((await clerk.jwks.getJwks()).keys ?? []).map(({ kid }) => kid);
    const before = keyOf(await testToken({}));
    expect(await told()).toEqual([before]);
    await fetch(`${sandbox.url}/clerk/test/rotate`, { method: 'POST' });
    expect(await told()).toEqual([keyOf(await testToken({}))]);
    expect(keyOf(await testToken({ signature: 'rotated-out' }))).toBe(before);
  });
});

describe('a webhook of the sandbox', () => {
  it('is sent again until it is taken', async () => {
    refuse = 1;
    const { id } = await person();
    await eventually(() => expect(about(id)).toEqual(['user.created']));
  });

  it('comes twice under one id where that is asked for', async () => {
    await switches({ duplicate: true });
    const { id } = await person();
    await eventually(() => expect(about(id)).toHaveLength(2));
    const ids = heard.filter(({ data }) => data.id === id).map((event) => event.id);
    expect(new Set(ids).size).toBe(1);
  });

  it('comes in the wrong order, or not at all, where that is asked for', async () => {
    await switches({ drop: true });
    const { id } = await person();
    await switches({ reorder: true });
    await clerk.users.updateUser(id, { firstName: 'Q' });
    await clerk.users.deleteUser(id);
    await eventually(() => expect(about(id)).toEqual(['user.deleted', 'user.updated']));
  });
});
