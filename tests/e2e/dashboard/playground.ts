import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, Key, keyRoutes } from '@modelbridge/dashboard-api';
import { eventually } from '@modelbridge/testing-kit';
import { ops } from '../operator.js';
import { DashboardBrowser } from './browser.js';
import { acceptTerms } from './accept-terms.js';
import { accountOf, signedIn, stack } from './dashboard-stack.js';

let browser: DashboardBrowser;
let account: string;
let chat: string;
beforeAll(async () => {
  browser = await signedIn('playground@example.com');
  account = `/bff/accounts/${accountOf(browser)}`;
  chat = `${account}/playground/chat`;
});

const body = (more: object = {}) => ({
  model: 'kimi-k2.5',
  messages: [{ role: 'user', content: 'Say hello.' }],
  max_completion_tokens: 50,
  ...more,
});

/** Asks as the web app does, and reads the whole stream. */
async function chatted(more: object = {}) {
  const reply = await browser.step(`${stack.dashboard}${chat}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'sec-fetch-site': 'same-origin',
      origin: stack.dashboard,
      'x-csrf-token': browser.session?.csrf_token ?? '',
    },
    body: JSON.stringify(body(more)),
  });
  return { status: reply.status, headers: reply.headers, text: await reply.text() };
}

async function playgroundKeys(): Promise<Key[]> {
  const { body: page } = await browser.ask<Answer<typeof keyRoutes.list>>('GET', `${account}/keys`);
  return page.items.filter(({ name }) => name.startsWith('Playground '));
}

/** Not so often that the plan's rate limit is what answers. */
const seldom = { intervalMs: 500 };

const inUse = async (): Promise<Key[]> =>
  (await playgroundKeys()).filter(({ revoked_at }) => revoked_at === null);

describe('a chat in the playground', () => {
  it('needs what every key needs: accepted terms, and money', async () => {
    const early = await browser.refused('POST', chat, body());
    expect(early).toMatchObject({ status: 409, body: { error: { code: 'consents_missing' } } });
    expect(await playgroundKeys()).toEqual([]);
    await acceptTerms(browser);
    const poor = await browser.refused('POST', chat, body());
    expect(poor).toMatchObject({ status: 402, body: { error: { code: 'insufficient_quota' } } });
  });

  it('streams as the API does, charged to the person by a key that no browser gets and that ends within the hour', async () => {
    const id = accountOf(browser);
    await ops(stack, 'plan', 'set', '--account', id, '--plan', 'team');
    await ops(stack, 'account', 'credit', '--account', id, '--usd', '5', '--reference', id);
    const done = await eventually(async () => {
      const answer = await chatted();
      expect(answer.status).toBe(200);
      return answer;
    }, seldom);
    expect(done.headers.get('content-type')).toMatch('text/event-stream');
    expect(done.headers.get('cache-control')).toBe('no-store');
    const events = done.text.split('\n\n').filter(Boolean);
    expect(events.at(-1)).toBe('data: [DONE]');
    expect(done.text).toMatch(/"usage":\{[^}]*"completion_tokens":[1-9]/);
    expect(done.text + JSON.stringify([...done.headers])).not.toMatch(/mb_live_/);

    const [key, ...others] = await inUse();
    expect(others).toEqual([]);
    expect(Date.parse(key?.expires_at ?? '')).toBeLessThanOrEqual(Date.now() + 3_600_000);
    await eventually(async () => {
      const asked = await inUse();
      expect(asked[0]?.last_used_at).not.toBeNull();
    });
    expect(done.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$|^req_/);
  });

  it('obeys the limits that its key is given', async () => {
    const [key] = await inUse();
    const limit = `${account}/keys/${key?.key_id}/limits/total`;
    // A cent: more than the answers so far, less than 30,000 tokens.
    const set = await browser.ask('PUT', limit, { limit_nano_usd: '10000000' });
    expect(set.status).toBe(200);
    await eventually(async () => {
      const refused = await browser.refused('POST', chat, body({ max_completion_tokens: 30_000 }));
      expect(refused).toMatchObject({
        status: 402,
        body: { error: { code: 'insufficient_quota' } },
      });
    }, seldom);
    await browser.ask('PUT', limit, { limit_nano_usd: null });
  });

  it('goes on with another key where the person revokes this one, and not where they disable it', async () => {
    const [before] = await inUse();
    await browser.ask('DELETE', `${account}/keys/${before?.key_id}`);
    await eventually(async () => {
      expect((await chatted()).status).toBe(200);
      const [after] = await inUse();
      expect(after?.key_id).not.toBe(before?.key_id);
      expect(after).toBeDefined();
    }, seldom);
    const [after] = await inUse();
    await browser.ask('POST', `${account}/keys/${after?.key_id}/disable`, {});
    await eventually(async () => {
      const refused = await browser.refused('POST', chat, body());
      expect(refused).toMatchObject({ status: 403, body: { error: { code: 'key_disabled' } } });
    }, seldom);
    await browser.ask('POST', `${account}/keys/${after?.key_id}/enable`, {});
  });

  it('that is wrong is refused as by the API, by the field and with the id of the request', async () => {
    await eventually(async () => {
      const refused = await browser.refused('POST', chat, body({ model: 'gpt-99' }));
      expect(refused).toMatchObject({
        status: 404,
        body: {
          error: { code: 'model_not_found', field: 'model', request_id: expect.any(String) },
        },
      });
    }, seldom);
    const empty = await browser.refused('POST', chat, body({ messages: [] }));
    expect(empty).toMatchObject({ status: 400, body: { error: { field: 'messages' } } });
  });

  it('may bring images of some megabytes, from people who are signed in and not from others', async () => {
    const url = `data:image/png;base64,${'A'.repeat(3_000_000)}`;
    const content = [{ type: 'image_url', image_url: { url } }];
    const large = body({ model: 'gpt-99', messages: [{ role: 'user', content }] });
    expect(await browser.refused('POST', chat, large)).toMatchObject({ status: 404 });
    const cookies = { cookie: '__Host-session=x' };
    const stranger = await new DashboardBrowser(stack).refused('POST', chat, large, cookies);
    expect(stranger).toMatchObject({ status: 401, body: { error: { code: 'signed_out' } } });
    const profile = await browser.step(`${stack.dashboard}/bff/profile`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(large),
    });
    expect(profile.status).toBe(413);
  });

  it('is not for the account of somebody else, nor for another site', async () => {
    const stranger = await signedIn('beside-the-playground@example.com');
    await acceptTerms(stranger);
    expect((await stranger.refused('POST', chat, body())).status).toBe(404);
    const foreign = await browser.refused('POST', chat, body(), { origin: 'https://evil.test' });
    expect(foreign).toMatchObject({ status: 403, body: { error: { code: 'foreign_origin' } } });
    const forged = await browser.refused('POST', chat, body(), { 'x-csrf-token': 'made-up' });
    expect(forged).toMatchObject({ status: 403, body: { error: { code: 'csrf_token_invalid' } } });
  });
});
