import { describe, expect, it } from '@jest/globals';
import type {
  DataExport,
  Erasure,
  HeldContent,
  KeySecret,
  PrivacyRequest,
  SupportGrant,
} from '@modelbridge/dashboard-api';
import { eventually } from '@modelbridge/testing-kit';
import { codeOf } from '../erasure/saga.js';
import { ops } from '../operator.js';
import { acceptTerms } from './accept-terms.js';
import type { DashboardBrowser } from './browser.js';
import { accountOf, signedIn, stack } from './dashboard-stack.js';

interface Items<T> {
  items: T[];
}

/** Somebody with a key and money, who has asked a model whose content is held. */
async function author(email: string): Promise<DashboardBrowser> {
  const browser = await signedIn(email);
  await acceptTerms(browser);
  const accountId = accountOf(browser);
  await eventually(() =>
    ops(
      stack,
      'account',
      'credit',
      '--account',
      accountId,
      '--usd',
      '5',
      '--reference',
      email.replace('@', '-'),
    ),
  );
  const made = await browser.ask<KeySecret>('POST', `/bff/accounts/${accountId}/keys`, {
    name: 'author',
  });
  const reply = await fetch(`${stack.gateway}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${made.body.api_key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-5.4', messages: [{ role: 'user', content: 'Hello' }] }),
  });
  expect(reply.status).toBe(200);
  await reply.text();
  return browser;
}

const held = async (browser: DashboardBrowser): Promise<HeldContent[]> =>
  (await browser.ask<Items<HeldContent>>('GET', '/bff/contents')).body.items;

describe('what a person’s requests say', () => {
  it('is listed to them alone, opened to support for a while, and deleted by them', async () => {
    const browser = await author('author@example.com');
    await eventually(async () => expect(await held(browser)).toHaveLength(1));
    const stranger = await signedIn('no-author@example.com');
    expect(await held(stranger)).toEqual([]);

    const [content] = await held(browser);
    const granted = await browser.ask<SupportGrant>('POST', '/bff/support-grants', {
      request_ids: [content?.request_id],
    });
    expect(granted.status).toBe(200);
    const grant = `/bff/support-grants/${granted.body.grant_id}`;
    expect((await stranger.refused('DELETE', grant)).status).toBe(404);
    const withdrawn = await browser.ask<SupportGrant>('DELETE', grant);
    expect(withdrawn.body.withdrawn_at).not.toBeNull();

    const gone = await browser.ask('POST', '/bff/contents/delete', { everything: true });
    expect(gone.body).toEqual({ deleted: 1 });
    expect(await held(browser)).toEqual([]);
    expect((await browser.refused('POST', '/bff/contents/delete', {})).status).toBe(400);
  });
});

describe('everything that is known of a person', () => {
  it('is prepared as an archive, which they alone download', async () => {
    const browser = await author('archive@example.com');
    const exports = `/bff/accounts/${accountOf(browser)}/exports`;
    const asked = await browser.ask<DataExport>('POST', exports, {});
    expect(asked.status).toBe(200);
    const ready = async (): Promise<DataExport> => {
      const { body } = await browser.ask<Items<DataExport>>('GET', exports);
      expect(body.items[0]).toMatchObject({ state: 'ready' });
      return body.items[0] as DataExport;
    };
    const archive = await eventually(ready);
    const url = `${stack.dashboard}${exports}/${archive.export_id}/archive`;
    const file = await browser.step(url, { headers: { 'sec-fetch-site': 'same-origin' } });
    expect(file.headers.get('content-disposition')).toContain('.zip');
    const bytes = Buffer.from(await file.arrayBuffer());
    expect(bytes.subarray(0, 2).toString()).toBe('PK');
    expect(bytes.length).toBe(archive.size_bytes);
    const stranger = await signedIn('no-author@example.com');
    expect((await stranger.step(url)).status).toBe(404);
    expect((await fetch(url)).status).toBe(401);
  });
});

describe('a person’s rights', () => {
  it('are used by a request that has a clock, and that they may withdraw', async () => {
    const browser = await signedIn('rights@example.com');
    const made = await browser.ask<PrivacyRequest>('POST', '/bff/privacy-requests', {
      kind: 'restriction',
    });
    expect(made.body).toMatchObject({ kind: 'restriction' });
    const days = (Date.parse(made.body.due_at) - Date.parse(made.body.received_at)) / 86_400_000;
    expect(days).toBe(30);
    const path = `/bff/privacy-requests/${made.body.request_id}`;
    const withdrawn = await browser.ask<PrivacyRequest>('DELETE', path);
    expect(withdrawn.body).toMatchObject({ outcome: 'withdrawn' });
  });

  it('include the deletion of the account, by a code of a mail, until its window ends', async () => {
    const email = 'deleted@example.com';
    const browser = await author(email);
    expect((await browser.ask('GET', '/bff/erasure')).body).toEqual({ erasure: null });
    const asked = await browser.ask<{ erasure: Erasure }>('POST', '/bff/erasure', {});
    expect(asked.body.erasure.state).toBe('requested');
    const wrong = { code: '000000000000' };
    expect((await browser.refused('POST', '/bff/erasure/confirm', wrong)).status).toBe(400);
    const code = await codeOf(stack, email);
    const confirmed = await browser.ask<{ erasure: Erasure }>('POST', '/bff/erasure/confirm', {
      code,
    });
    expect(confirmed.body.erasure).toMatchObject({ state: 'confirmed' });
    // Every session has ended with it. Who signs in again can still change their mind.
    await eventually(async () =>
      expect((await browser.refused('GET', '/bff/session')).status).toBe(401),
    );
    const again = await signedIn(email);
    const cancelled = await again.ask<{ erasure: Erasure }>('DELETE', '/bff/erasure');
    expect(cancelled.body.erasure).toMatchObject({ state: 'cancelled' });
  });
});
