import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Profile } from '@modelbridge/dashboard-api';
import type { DashboardBrowser } from './browser.js';
import { signedIn, stack } from './dashboard-stack.js';

let browser: DashboardBrowser;
beforeAll(async () => {
  browser = await signedIn('writes@example.com');
});

const nameOf = async (): Promise<string> =>
  (await browser.ask<Profile>('GET', '/bff/profile')).body.name;

describe('a write of the web app', () => {
  it('is done, and read back', async () => {
    const { status, body } = await browser.ask<Profile>('PATCH', '/bff/profile', {
      name: 'Ada B.',
      time_zone: 'Europe/Berlin',
      store_content: false,
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      name: 'Ada B.',
      time_zone: 'Europe/Berlin',
      store_content: false,
    });
    expect(await nameOf()).toBe('Ada B.');
  });

  it.each<[string, Record<string, string>, string]>([
    ['without a CSRF token', { 'x-csrf-token': '' }, 'csrf_token_invalid'],
    ['with one that was made up', { 'x-csrf-token': 'abc-def' }, 'csrf_token_invalid'],
    ['from another site', { 'sec-fetch-site': 'cross-site' }, 'foreign_origin'],
    ['from another port or subdomain', { 'sec-fetch-site': 'same-site' }, 'foreign_origin'],
    ['with the origin of another page', { origin: 'https://evil.test' }, 'foreign_origin'],
    ['with no origin that a page could have', { origin: 'null' }, 'foreign_origin'],
  ])('%s is refused, and nothing is done', async (_, headers, code) => {
    const before = await nameOf();
    const reply = await browser.refused('PATCH', '/bff/profile', { name: 'Mallory' }, headers);
    expect(reply).toMatchObject({ status: 403, body: { error: { code } } });
    expect(await nameOf()).toBe(before);
  });

  it('with the token of somebody else is refused, also in the same browser', async () => {
    const other = await signedIn('other@example.com');
    const foreign = other.session?.csrf_token ?? '';
    const headers = { 'x-csrf-token': foreign };
    const invalid = { status: 403, body: { error: { code: 'csrf_token_invalid' } } };
    const body = { name: 'Mallory' };
    expect(await browser.refused('PATCH', '/bff/profile', body, headers)).toMatchObject(invalid);
    const own = other.session;
    await other.signIn('writes@example.com', '/sign-in?again=1');
    expect(own?.csrf_token).toBe(foreign);
    expect(await other.refused('PATCH', '/bff/profile', body, headers)).toMatchObject(invalid);
  });

  it('that is wrong is refused by the member that is wrong, with the id of the request', async () => {
    const wrong = await browser.refused('PATCH', '/bff/profile', { name: '' });
    expect(wrong).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_argument', field: 'name', request_id: expect.any(String) } },
    });
    const unknown = await browser.refused('PATCH', '/bff/profile', { nmae: 'Ada' });
    expect(unknown).toMatchObject({ status: 400, body: { error: { field: 'nmae' } } });
    const ofService = await browser.refused('PATCH', '/bff/profile', { time_zone: 'Mars/Base' });
    expect(ofService).toMatchObject({ status: 400, body: { error: { field: 'time_zone' } } });
    const torn = await fetch(`${stack.dashboard}/bff/profile`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: '{"name": ',
    });
    expect(torn.status).toBe(400);
  });
});
