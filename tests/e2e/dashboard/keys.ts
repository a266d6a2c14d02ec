import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, Key, keyRoutes, KeySecret } from '@modelbridge/dashboard-api';
import type { DashboardBrowser } from './browser.js';
import { acceptTerms } from './accept-terms.js';
import { accountOf, signedIn, stack } from './dashboard-stack.js';

let browser: DashboardBrowser;
let keys: string;
beforeAll(async () => {
  browser = await signedIn('keys@example.com');
  keys = `/bff/accounts/${accountOf(browser)}/keys`;
  await acceptTerms(browser);
});

const withKey = (apiKey: string) =>
  fetch(`${stack.gateway}/v1/models`, { headers: { authorization: `Bearer ${apiKey}` } });

describe('the keys of an account', () => {
  it('are made with their limits, shown once, listed, changed, rotated and revoked', async () => {
    const made = await browser.ask<KeySecret>('POST', keys, {
      name: 'ci',
      restrictions: { allowed_models: ['kimi-k2.5'] },
      limits: [{ period: 'month', limit_nano_usd: '5000000000' }],
    });
    expect(made.status).toBe(200);
    const { key, api_key: apiKey } = made.body;
    expect(key).toMatchObject({
      name: 'ci',
      user_name: 'Ada',
      restrictions: { allowed_models: ['kimi-k2.5'] },
      limits: [{ period: 'month', limit_nano_usd: '5000000000', used_nano_usd: '0' }],
    });
    expect((await withKey(apiKey)).status).toBe(200);

    const { body: page } = await browser.ask<Answer<typeof keyRoutes.list>>('GET', keys);
    expect(page.items.map(({ key_id }) => key_id)).toEqual([key.key_id]);
    expect(JSON.stringify(page)).not.toContain(apiKey);

    const one = `${keys}/${key.key_id}`;
    const renamed = await browser.ask<Key>('PATCH', one, { name: 'build' });
    expect(renamed.body.name).toBe('build');
    const limited = await browser.ask<Key>('PUT', `${one}/limits/day`, { limit_nano_usd: '1' });
    expect(limited.body.limits).toHaveLength(2);
    const unlimited = await browser.ask<Key>('PUT', `${one}/limits/day`, { limit_nano_usd: null });
    expect(unlimited.body.limits).toHaveLength(1);

    const rotated = await browser.ask<KeySecret>('POST', `${one}/rotate`, { grace_seconds: 0 });
    expect(rotated.body.api_key).not.toBe(apiKey);
    expect((await browser.ask<Key>('POST', `${one}/disable`, {})).body.disabled_at).not.toBeNull();
    expect((await browser.ask<Key>('POST', `${one}/enable`, {})).body.disabled_at).toBeNull();
    expect((await browser.ask<Key>('DELETE', one)).body.revoked_at).not.toBeNull();
  });

  it('are not there for anybody else, nor below another account', async () => {
    const { body } = await browser.ask<KeySecret>('POST', keys, { name: 'private' });
    const stranger = await signedIn('stranger@example.com');
    const path = `${keys}/${body.key.key_id}`;
    expect(await stranger.refused('GET', path)).toMatchObject({ status: 404 });
    expect(await stranger.refused('DELETE', path)).toMatchObject({ status: 404 });
    expect(await stranger.refused('GET', keys)).toMatchObject({ status: 404 });
    const elsewhere = `/bff/accounts/${accountOf(stranger)}/keys/${body.key.key_id}`;
    expect(await browser.refused('GET', elsewhere)).toMatchObject({ status: 404 });
    expect((await browser.ask<Key>('GET', path)).body.revoked_at).toBeNull();
  });

  it('none is made where its limit cannot be set, or before the terms are accepted', async () => {
    const refused = await browser.refused('POST', keys, {
      name: 'half',
      limits: [{ period: 'day', limit_nano_usd: '-1' }],
    });
    expect(refused).toMatchObject({ status: 400 });
    const { body: page } = await browser.ask<Answer<typeof keyRoutes.list>>('GET', keys);
    expect(page.items.filter(({ name, revoked_at }) => name === 'half' && !revoked_at)).toEqual([]);
    const newcomer = await signedIn('newcomer@example.com');
    const early = await newcomer.refused('POST', `/bff/accounts/${accountOf(newcomer)}/keys`, {
      name: 'early',
    });
    expect(early).toMatchObject({ status: 409, body: { error: { code: 'consents_missing' } } });
  });
});
