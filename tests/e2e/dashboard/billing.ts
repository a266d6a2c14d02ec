import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type {
  AccountPlan,
  Answer,
  AutoRecharge,
  billingRoutes,
  BillingSummary,
} from '@modelbridge/dashboard-api';
import { eventually } from '@modelbridge/testing-kit';
import { ops } from '../operator.js';
import type { DashboardBrowser } from './browser.js';
import { accountOf, signedIn, stack } from './dashboard-stack.js';

const usd = (amount: number): string => `${amount}000000000`;

/** What a browser sends that pays on Stripe's page. */
const card = (number: string) => ({
  method: 'POST',
  redirect: 'manual' as const,
  body: new URLSearchParams({
    email: 'payer@example.com',
    name: 'Test Payer',
    expiry: '12/34',
    cvc: '123',
    number,
  }),
});

let browser: DashboardBrowser;
let account: string;
beforeAll(async () => {
  browser = await signedIn('payer@example.com');
  account = `/bff/accounts/${accountOf(browser)}`;
  await eventually(async () => expect((await summary()).balance_nano_usd).toBe('0'));
});

const summary = async (): Promise<BillingSummary> =>
  (await browser.ask<BillingSummary>('GET', `${account}/billing`)).body;

async function openTopUp(attempt: string = randomUUID()) {
  const body = { amount_nano_usd: usd(25), save_card: true, attempt };
  return (await browser.ask<{ url: string }>('POST', `${account}/top-ups`, body)).body.url;
}

describe('the money of an account', () => {
  it('comes in on Stripe’s page, which leads back, and not from a card that is declined', async () => {
    const attempt = randomUUID();
    const url = await openTopUp(attempt);
    expect(await openTopUp(attempt)).toBe(url);
    const declined = await fetch(url, card('4000 0000 0000 0002'));
    expect(declined.status).not.toBe(303);
    expect(await declined.text()).toMatch(/declined/i);
    expect((await summary()).balance_nano_usd).toBe('0');
    const paid = await fetch(url, card('4242 4242 4242 4242'));
    const back = new URL(paid.headers.get('location') ?? '');
    expect(back.pathname).toBe('/app/billing');
    expect(back.searchParams.get('account')).toBe(accountOf(browser));
    await eventually(async () => expect((await summary()).balance_nano_usd).toBe(usd(25)));
    type Page = Answer<typeof billingRoutes.payments>;
    const { body } = await browser.ask<Page>('GET', `${account}/payments`);
    expect(body.items).toMatchObject([
      { kind: 'payment', amount_nano_usd: usd(25), card: { brand: 'visa', last4: '4242' } },
    ]);
  });

  it('is recharged by itself only within what the person sets', async () => {
    const wanted = {
      enabled: true,
      below_nano_usd: usd(5),
      amount_nano_usd: usd(20),
      daily_cap_nano_usd: usd(60),
    };
    const set = await browser.ask<AutoRecharge>('PUT', `${account}/auto-recharge`, wanted);
    expect(set.body).toMatchObject({ ...wanted, card: { brand: 'visa', last4: '4242' } });
    const low = { ...wanted, amount_nano_usd: usd(1) };
    expect(await browser.refused('PUT', `${account}/auto-recharge`, low)).toMatchObject({
      status: 400,
      body: { error: { field: 'amount_nano_usd' } },
    });
  });

  it('is given by a promo code, once', async () => {
    const code = `PAGE-${randomUUID().slice(0, 6).toUpperCase()}`;
    const until = new Date(Date.now() + 86_400_000).toISOString();
    const bounds = ['--until', until, '--max-redemptions', '5', '--credit-days', '30'];
    await ops(stack, 'promo', 'create', '--code', code, '--usd', '5', ...bounds);
    const redeemed = await browser.ask<{ amount_nano_usd: string }>(
      'POST',
      `${account}/promo-codes`,
      { code: code.toLowerCase() },
    );
    expect(redeemed.body.amount_nano_usd).toBe(usd(5));
    expect((await summary()).granted_nano_usd).toBe(usd(5));
    const again = await browser.refused('POST', `${account}/promo-codes`, { code });
    expect(again.status).toBeGreaterThanOrEqual(400);
    expect((await summary()).granted_nano_usd).toBe(usd(5));
  });

  it('is bounded by a monthly limit, and has invoices', async () => {
    const path = `${account}/limits/month`;
    const set = await browser.ask('PUT', path, { limit_nano_usd: usd(100) });
    expect(set.body).toMatchObject({
      limits: expect.arrayContaining([
        expect.objectContaining({ scope: 'account', period: 'month', limit_nano_usd: usd(100) }),
      ]),
    });
    expect((await browser.refused('PUT', path, { limit_nano_usd: '1.5' })).status).toBe(400);
    expect((await browser.ask('PUT', path, { limit_nano_usd: null })).status).toBe(200);
    expect((await browser.ask('GET', `${account}/invoices`)).body).toEqual({
      items: [],
      next_cursor: null,
    });
    const none = `${account}/invoices/inv_${'0'.repeat(26)}`;
    expect((await browser.refused('GET', `${none}/pdf`)).status).toBeGreaterThanOrEqual(400);
  });

  it('changes its plan for what was said before: on Stripe’s page first, then by itself', async () => {
    type Preview = Answer<typeof billingRoutes.previewPlan>;
    const preview = async (plan: string) =>
      (await browser.ask<Preview>('GET', `${account}/plan-preview?plan=${plan}`)).body;
    const { body: plans } = await browser.ask<Answer<typeof billingRoutes.plans>>(
      'GET',
      '/bff/plans',
    );
    const pro = plans.items.find(({ name }) => name === 'pro');
    expect(await preview('pro')).toEqual({
      due_cents: pro?.monthly_price_cents,
      effective_at: null,
      needs_checkout: true,
    });
    const opened = await browser.ask<{ url: string }>('POST', `${account}/plan-checkout`, {
      plan: 'pro',
      attempt: randomUUID(),
    });
    expect((await fetch(opened.body.url, card('4242 4242 4242 4242'))).status).toBe(303);
    await eventually(async () =>
      expect((await summary()).account_plan.plan).toMatchObject({ name: 'pro' }),
    );
    const down = await preview('free');
    expect(down).toMatchObject({ due_cents: 0, needs_checkout: false });
    expect(down.effective_at).not.toBeNull();
    const changed = await browser.ask<AccountPlan>('PUT', `${account}/plan`, { plan: 'free' });
    expect(changed.body).toMatchObject({ plan: { name: 'pro' }, next_plan: { name: 'free' } });
    const portal = await browser.ask<{ url: string }>('POST', `${account}/billing-portal`, {});
    expect(portal.body.url).toMatch(/^http/);
  });

  it('is nobody else’s', async () => {
    const stranger = await signedIn('no-payer@example.com');
    for (const path of ['billing', 'payments', 'invoices', 'plan-preview?plan=pro']) {
      expect((await stranger.refused('GET', `${account}/${path}`)).status).toBe(404);
    }
    const body = { amount_nano_usd: usd(25), save_card: false, attempt: randomUUID() };
    expect((await stranger.refused('POST', `${account}/top-ups`, body)).status).toBe(404);
  });
});
