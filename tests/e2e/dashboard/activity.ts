import { beforeAll, describe, expect, it } from '@jest/globals';
import type {
  Answer,
  activityRoutes,
  KeySecret,
  Overview,
  RequestDetail,
  RequestRow,
  Usage,
} from '@modelbridge/dashboard-api';
import { eventually } from '@modelbridge/testing-kit';
import { ops } from '../operator.js';
import { acceptTerms } from './accept-terms.js';
import type { DashboardBrowser } from './browser.js';
import { accountOf, signedIn, stack } from './dashboard-stack.js';

type Page = Answer<typeof activityRoutes.list>;

let browser: DashboardBrowser;
let account: string;
let apiKey: string;
beforeAll(async () => {
  browser = await signedIn('active@example.com');
  await acceptTerms(browser);
  const accountId = accountOf(browser);
  account = `/bff/accounts/${accountId}`;
  await eventually(() =>
    ops(stack, 'account', 'credit', '--account', accountId, '--usd', '5', '--reference', 'active'),
  );
  const made = await browser.ask<KeySecret>('POST', `${account}/keys`, { name: 'active' });
  apiKey = made.body.api_key;
  for (const model of ['gpt-5.4', 'glm-5', 'glm-5']) await ask(model);
  await eventually(async () => expect((await list()).items).toHaveLength(3));
});

async function ask(model: string): Promise<string> {
  const reply = await fetch(`${stack.gateway}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello, activity' }] }),
  });
  expect(reply.status).toBe(200);
  await reply.text();
  return reply.headers.get('x-request-id') ?? '';
}

const list = async (query = ''): Promise<Page> =>
  (await browser.ask<Page>('GET', `${account}/requests${query}`)).body;

describe('the activity of an account', () => {
  it('is a row for each request, newest first, by the filter that is set', async () => {
    const { items } = await list();
    expect(items.map(({ model }) => model)).toEqual(['glm-5', 'glm-5', 'gpt-5.4']);
    expect(items[0]).toMatchObject({ key_name: 'active', user_name: 'Ada', status: 200 });
    expect((await list('?model=gpt-5.4')).items).toHaveLength(1);
    expect((await list('?result=error')).items).toEqual([]);
    const id = items[1]?.id ?? '';
    expect((await list(`?request_id=${id}`)).items.map((row) => row.id)).toEqual([id]);
    const first = await list('?limit=2');
    const rest = await list(`?limit=2&cursor=${encodeURIComponent(first.next_cursor ?? '')}`);
    expect([...first.items, ...rest.items].map((row) => row.id)).toEqual(
      items.map((row) => row.id),
    );
    expect((await browser.refused('GET', `${account}/requests?limit=1000`)).status).toBe(400);
    const { body } = await browser.ask<Answer<typeof activityRoutes.filters>>(
      'GET',
      `${account}/request-filters`,
    );
    expect(body.models.map(({ value }) => value).sort()).toEqual(['glm-5', 'gpt-5.4']);
    expect(body.keys).toMatchObject([{ name: 'active' }]);
  });

  it('says of a request the sum that makes its cost, and opens what it says to its author', async () => {
    const [row] = (await list('?model=gpt-5.4')).items;
    const path = `${account}/requests/${row?.id}`;
    const { body } = await browser.ask<RequestDetail>('GET', path);
    const pico = body.price?.lines.reduce(
      (sum, { tokens, pico_usd_per_token }) => sum + BigInt(tokens) * BigInt(pico_usd_per_token),
      0n,
    );
    expect(((pico ?? 0n) + 999n) / 1000n).toBe(BigInt(body.cost_nano_usd));
    expect(body.content.state).toBe('held');
    const opened = await eventually(async () => {
      const reply = await browser.ask<{ request: string }>('POST', `${path}/content`);
      expect(reply.status).toBe(200);
      return reply.body;
    });
    expect(opened.request).toContain('Hello, activity');
    const [other] = (await list('?model=glm-5')).items;
    const never = await browser.ask<RequestDetail>('GET', `${account}/requests/${other?.id}`);
    expect(never.body.content).toEqual({ state: 'not_captured', held_until: null });
  });

  it('is told as it happens, exported as a file, and is nobody else’s', async () => {
    const url = `${stack.dashboard}${account}/live-requests`;
    const gone = new AbortController();
    const stream = await browser.step(url, {
      headers: { 'sec-fetch-site': 'same-origin' },
      signal: gone.signal,
    });
    expect(stream.headers.get('content-type')).toBe('text/event-stream');
    const id = await ask('glm-5');
    let text = '';
    for await (const chunk of stream.body!) {
      text += Buffer.from(chunk as Uint8Array).toString();
      if (text.includes(id)) break;
    }
    gone.abort();
    const data = text.split('\n').find((line) => line.startsWith('data: ') && line.includes(id));
    expect((JSON.parse(data!.slice(6)) as RequestRow).model).toBe('glm-5');

    const file = await browser.step(
      `${stack.dashboard}${account}/requests-file?format=csv&model=glm-5`,
    );
    expect(file.headers.get('content-type')).toMatch('text/csv');
    expect((await file.text()).trim().split('\r\n')).toHaveLength(4);

    // Who goes away in the midst of files ends nothing but their own.
    for (let left = 0; left < 5; left++) {
      const leaving = new AbortController();
      const begun = browser.step(`${stack.dashboard}${account}/requests-file?format=jsonl`, {
        signal: leaving.signal,
      });
      setTimeout(() => leaving.abort(), left * 3);
      await begun.then((reply) => reply.text()).catch(() => undefined);
    }
    expect((await browser.ask('GET', '/bff/session')).status).toBe(200);

    const stranger = await signedIn('no-activity@example.com');
    const [row] = (await list()).items;
    for (const part of [
      'requests',
      `requests/${row?.id}`,
      'live-requests',
      'requests-file?format=csv',
    ]) {
      expect((await stranger.refused('GET', `${account}/${part}`)).status).toBe(404);
    }
    const content = `${account}/requests/${row?.id}/content`;
    expect((await stranger.refused('POST', content)).status).toBe(404);
  });
});

describe('the overview of an account', () => {
  it('has the money, the limits and the usage that the ledger has', async () => {
    const { body } = await browser.ask<Overview>('GET', `${account}/overview`);
    const { items } = await list();
    const cost = items.reduce((sum, row) => sum + BigInt(row.cost_nano_usd), 0n);
    expect(BigInt(body.spent_month_nano_usd)).toBeGreaterThanOrEqual(cost);
    expect(body.money).toMatchObject({ balance_nano_usd: expect.any(String) });
    const hour = 3_600_000;
    const to = new Date(Math.floor(Date.now() / hour) * hour + hour);
    const from = new Date(to.getTime() - 24 * hour);
    const query = `from=${from.toISOString()}&to=${to.toISOString()}&granularity=hour&group_by=model`;
    const usage = await browser.ask<Usage>('GET', `${account}/usage?${query}`);
    expect(usage.body.period_starts).toHaveLength(24);
    expect(usage.body.totals.requests).toBe(items.length);
    expect(usage.body.totals.cost_nano_usd).toBe(cost.toString());
    expect(usage.body.groups.map(({ name }) => name).sort()).toEqual(['glm-5', 'gpt-5.4']);
    const stranger = await signedIn('no-activity@example.com');
    expect((await stranger.refused('GET', `${account}/overview`)).status).toBe(404);
    expect((await stranger.refused('GET', `${account}/usage?${query}`)).status).toBe(404);
  });
});
