import { describe, expect, it } from '@jest/globals';
import { eventually } from '@modelbridge/testing-kit';
import { DashboardBrowser } from './browser.js';
import { forgedToken } from '../sandbox-clerk.js';
import { accountOf, signedIn, stack } from './dashboard-stack.js';

const signedOut = { status: 401, body: { error: { code: 'signed_out' } } };

describe('a browser in which somebody signs in', () => {
  it('comes back to the page that was asked for, and has two cookies that no page and no plain connection gets', async () => {
    const browser = new DashboardBrowser(stack);
    expect(await browser.refused('GET', '/bff/session')).toMatchObject(signedOut);
    const at = await browser.signIn(
      'ada@modelbridge.local',
      '/sign-in?return_to=/app/keys%3Fkey=1',
    );
    expect(at).toBe(`${stack.dashboard}/app/keys?key=1`);
    expect(browser.session).toMatchObject({
      person: { email: 'ada@modelbridge.local', name: 'Ada Lovelace' },
      accounts: [{ kind: 'personal', role: 'owner' }],
    });
    const cookies = await setCookiesOf(new DashboardBrowser(stack), 'grace@modelbridge.local');
    expect(cookies.map((line) => line.split('=', 1)[0]).sort()).toEqual([
      '__Host-csrf',
      '__Host-session',
    ]);
    for (const line of cookies) {
      expect(line).toMatch(/; Path=\/(;|$)/);
      expect(line).toMatch(/; HttpOnly/);
      expect(line).toMatch(/; Secure/);
      expect(line).toMatch(/; SameSite=Lax/);
      expect(line).not.toMatch(/; Domain/i);
    }
  });

  it.each([
    'https://evil.test/app',
    '//evil.test/app',
    '/\\evil.test/app',
    '/webhooks/clerk',
    '/appetite',
    'javascript:alert(1)//app/',
    '/app/../privacy',
  ])('is led to the overview where it is told to return to %s', async (target) => {
    const link = `/sign-in?return_to=${encodeURIComponent(target)}`;
    const at = await new DashboardBrowser(stack).signIn('ada@modelbridge.local', link);
    expect(at).toBe(`${stack.dashboard}/app/overview`);
  });

  it('is signed out at once here, and everywhere within seconds where the session ends at Clerk', async () => {
    const browser = await signedIn('leaves@example.com');
    const kept = browser.cookie('__Host-session') ?? '';
    expect(await browser.ask('DELETE', '/bff/session')).toMatchObject({ status: 204 });
    expect(browser.cookie('__Host-session')).toBeUndefined();
    browser.setCookie('__Host-session', kept);
    expect(await browser.refused('GET', '/bff/session')).toMatchObject(signedOut);

    const [here, there] = [await signedIn('two@example.com'), await signedIn('two@example.com')];
    await there.step(`${stack.sandbox}/clerk/sign-out?redirect_url=${stack.dashboard}`);
    await eventually(async () => {
      expect(await there.refused('GET', '/bff/session')).toMatchObject(signedOut);
    });
    expect(await here.ask('GET', '/bff/session')).toMatchObject({ status: 200 });
  });

  it('has no session with a cookie that was changed, cut or made up', async () => {
    const browser = await signedIn('ada@modelbridge.local');
    const good = browser.cookie('__Host-session') ?? '';
    // Not the last one: some of its bits are of no byte.
    const changed = `${good.slice(0, 30)}${good[30] === 'A' ? 'B' : 'A'}${good.slice(31)}`;
    for (const bad of [changed, good.slice(0, 40), 'x', '{"userId":"user_1"}']) {
      browser.setCookie('__Host-session', bad);
      expect(await browser.refused('GET', '/bff/session')).toMatchObject(signedOut);
    }
  });

  it('is not signed in by a way back that another browser began', async () => {
    const attacker = new DashboardBrowser(stack);
    const victim = new DashboardBrowser(stack);
    const begun = await attacker.step(`${stack.dashboard}/sign-in`);
    const clerk = begun.headers.get('location') ?? '';
    const body = new URLSearchParams({ email: 'mallory@example.com' });
    const back = await attacker.step(clerk, { method: 'POST', body });
    const callback = back.headers.get('location') ?? '';
    const handshake = await attacker.step(
      (await attacker.step(callback)).headers.get('location') ?? '',
    );
    const last = handshake.headers.get('location') ?? '';
    // It has a cookie of its own, as from a visit before.
    await victim.step(`${stack.dashboard}/sign-in`);
    for (const browser of [victim, new DashboardBrowser(stack)]) {
      const reply = await browser.step(last);
      expect(reply.status).toBe(400);
      expect(browser.cookie('__Host-session')).toBeUndefined();
    }
    // The control: in its own browser the same address signs in.
    expect((await attacker.step(last)).status).toBe(303);
    expect(attacker.cookie('__Host-session')).toBeDefined();
  });

  it('is not signed in by a handshake that Clerk did not sign, or that says that nobody is', async () => {
    const browser = new DashboardBrowser(stack);
    const begun = await browser.step(`${stack.dashboard}/sign-in`);
    const callback = new URL(
      new URL(begun.headers.get('location') ?? '').searchParams.get('redirect_url') ?? '',
    );
    const claims = Buffer.from(JSON.stringify({ handshake: ['__session=e30.e30.; Path=/'] }));
    for (const forged of [`e30.${claims.toString('base64url')}.`, 'x', '']) {
      callback.searchParams.set('__clerk_handshake', forged);
      const reply = await browser.step(callback.href);
      expect(reply.status).toBe(401);
      expect(browser.cookie('__Host-session')).toBeUndefined();
    }
  });

  it.each([
    [[0, -1], 'is let in to what asks for a proof'],
    [[12, -1], 'has to prove again'],
    [[-1, -1], 'has to prove again'],
    [[0, 12], 'has to prove again'],
  ])('with %j minutes since its proofs %s', async (fva, what) => {
    const email = 'grace@modelbridge.local';
    const browser = new DashboardBrowser(stack);
    await browser.signInWith(await forgedToken(stack.sandbox, email, { claims: { fva } }));
    const keys = `/bff/accounts/${accountOf(browser)}/keys`;
    const { status, body } = await browser.refused('POST', keys, { name: 'proof' });
    const isAsked = what !== 'is let in to what asks for a proof';
    // Let in, she is told by auth that she has not accepted the terms yet.
    const code = isAsked ? 'step_up_required' : 'consents_missing';
    expect({ status, code: body.error.code }).toEqual({ status: isAsked ? 403 : 409, code });
  });

  it('proves again who it is, in a session of its own', async () => {
    const browser = await signedIn('again@example.com');
    const before = browser.cookie('__Host-session') ?? '';
    const at = await browser.signIn('again@example.com', '/sign-in?again=1&return_to=/app/keys');
    expect(at).toBe(`${stack.dashboard}/app/keys`);
    const { proved_at = '' } = browser.session ?? {};
    expect(Date.now() - Date.parse(proved_at)).toBeLessThan(120_000);
    browser.setCookie('__Host-session', before);
    expect(await browser.refused('GET', '/bff/session')).toMatchObject(signedOut);
  });
});

describe('sign-ins from one address', () => {
  it('are bounded, and said when to go on', async () => {
    const ask = () => fetch(`${stack.dashboard}/sign-in`, { redirect: 'manual' });
    let reply = await ask();
    for (let asked = 0; asked < 150 && reply.status !== 429; asked++) reply = await ask();
    expect(reply.status).toBe(429);
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

/** All cookies that a sign-in sets on the dashboard's host. */
async function setCookiesOf(browser: DashboardBrowser, email: string): Promise<string[]> {
  const lines: string[] = [];
  const step = browser.step.bind(browser);
  browser.step = async (url, init) => {
    const reply = await step(url, init);
    if (url.startsWith(stack.dashboard)) lines.push(...reply.headers.getSetCookie());
    return reply;
  };
  await browser.signIn(email);
  return lines;
}
