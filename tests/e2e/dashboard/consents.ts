import { describe, expect, it } from '@jest/globals';
import type {
  Answer,
  Consents,
  KeySecret,
  sessionRoutes,
  auditLogRoutes,
} from '@modelbridge/dashboard-api';
import type { NoticePreferences, WebhookDelivery } from '@modelbridge/dashboard-api';
import { eventually } from '@modelbridge/testing-kit';
import { acceptTerms } from './accept-terms.js';
import { accountOf, signedIn } from './dashboard-stack.js';

describe('a person who is new', () => {
  it('accepts the version that is in force, makes their first key, and changes what else they agree to', async () => {
    const browser = await signedIn('new@example.com');
    const before = (await browser.ask<Consents>('GET', '/bff/consents')).body;
    const version = before.to_accept?.version ?? '';
    const half = { policy_version: version, terms_accepted: true, is_adult: false };
    expect(await browser.refused('POST', '/bff/consents/terms', half)).toMatchObject({
      status: 400,
      body: { error: { field: 'is_adult' } },
    });
    const other = { policy_version: '2001-01-01', terms_accepted: true, is_adult: true };
    expect((await browser.refused('POST', '/bff/consents/terms', other)).status).toBe(409);

    const after = await acceptTerms(browser);
    expect(after.to_accept).toBeNull();
    expect(after.consents.find(({ purpose }) => purpose === 'terms')).toMatchObject({
      given: true,
      policy_version: version,
      withdrawable: false,
    });
    const keys = `/bff/accounts/${accountOf(browser)}/keys`;
    expect((await browser.ask<KeySecret>('POST', keys, { name: 'first' })).status).toBe(200);

    const news = await browser.ask<Consents>('PUT', '/bff/consents/product_news', { given: true });
    expect(news.body.consents.find(({ purpose }) => purpose === 'product_news')).toMatchObject({
      given: true,
    });
    expect((await browser.refused('PUT', '/bff/consents/terms', { given: false })).status).toBe(
      400,
    );
  });

  it('sees where they are signed in, and ends one session without the other', async () => {
    const [here, there] = [
      await signedIn('twice@example.com'),
      await signedIn('twice@example.com'),
    ];
    type Listed = Answer<typeof sessionRoutes.list>;
    const { items } = (await here.ask<Listed>('GET', '/bff/sessions')).body;
    expect(items.map(({ is_this }) => is_this).sort()).toEqual([false, true]);
    const other = items.find(({ is_this }) => !is_this)?.session_id ?? '';
    expect((await here.ask('DELETE', `/bff/sessions/${other}`)).status).toBe(204);
    expect((await there.refused('GET', '/bff/session')).status).toBe(401);
    expect((await here.ask('GET', '/bff/session')).status).toBe(200);
    const stranger = await signedIn('no-friend@example.com');
    const mine = items.find(({ is_this }) => is_this)?.session_id ?? '';
    await stranger.ask('DELETE', `/bff/sessions/${mine}`);
    expect((await here.ask('GET', '/bff/session')).status).toBe(200);
  });

  it('has an audit log of what they did, which nobody else sees', async () => {
    const browser = await signedIn('audited@example.com');
    await acceptTerms(browser);
    const path = `/bff/accounts/${accountOf(browser)}/audit-log`;
    type Log = Answer<typeof auditLogRoutes.list>;
    const { items } = (await browser.ask<Log>('GET', path)).body;
    expect(items.map(({ act }) => act)).toEqual(
      expect.arrayContaining(['consents.recorded', 'session.started', 'account.created']),
    );
    const stranger = await signedIn('no-friend@example.com');
    expect((await stranger.refused('GET', path)).status).toBe(404);
  });
});

describe('what an account is told', () => {
  it('is chosen by mail kind, and sent to an address that is tested', async () => {
    const browser = await signedIn('told@example.com');
    const account = `/bff/accounts/${accountOf(browser)}`;
    await eventually(async () => {
      expect((await browser.ask('GET', `${account}/notifications`)).status).toBe(200);
    });
    const changed = await browser.ask<NoticePreferences>('PUT', `${account}/notifications`, {
      balance_low_nano_usd: '7000000000',
      unsubscribed: ['plan_changed'],
    });
    expect(changed.body).toEqual({
      balance_low_nano_usd: '7000000000',
      unsubscribed: ['plan_changed'],
    });
    expect((await browser.ask('GET', `${account}/webhook`)).body).toEqual({ webhook: null });
    const url = 'http://127.0.0.1:1/hook';
    const set = await browser.ask<{ secret: string }>('PUT', `${account}/webhook`, { url });
    expect(set.body.secret).toMatch(/^whsec_/);
    const rotated = await browser.ask<{ secret: string }>('POST', `${account}/webhook/rotate`, {});
    expect(rotated.body.secret).not.toBe(set.body.secret);
    const tested = await browser.ask<WebhookDelivery>('POST', `${account}/webhook/test`, {});
    expect(tested.body).toMatchObject({ kind: 'test', state: 'failed', last_error: 'connection' });
    const listed = await browser.ask<{ items: WebhookDelivery[] }>(
      'GET',
      `${account}/webhook/deliveries`,
    );
    expect(listed.body.items.map(({ delivery_id }) => delivery_id)).toEqual([
      tested.body.delivery_id,
    ]);
    expect((await browser.ask('DELETE', `${account}/webhook`)).status).toBe(204);
  });
});
