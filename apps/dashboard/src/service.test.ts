import { Server, ServerCredentials, status, type handleUnaryCall } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AuthServiceService,
  type GetPolicyVersionRequest,
  type PolicyVersion,
  WebhookOutcome,
  type ApplyClerkWebhookRequest,
  type ReportLeakedKeysRequest,
} from '@modelbridge/contracts/auth.v1';
import {
  BillingServiceService,
  StripeWebhookOutcome,
  type ApplyStripeWebhookRequest,
  type UnsubscribeFromNoticesRequest,
} from '@modelbridge/contracts/billing.v1';
import {
  UsageLedgerServiceService,
  type GetServiceStatisticsRequest,
} from '@modelbridge/contracts/usage_ledger.v1';
import { ConfigError } from '@modelbridge/service-kit/config';
import { createService, type RunningService } from '@modelbridge/service-kit/process';
import { startTestService, testCertificates, type TestService } from '@modelbridge/testing-kit';
import { readFileSync } from 'node:fs';
import { readConfig } from './config.js';
import { dashboardService } from './service.js';
import { testEnvironment } from './testing/environment.js';
import { webhookBodyBytes } from './webhooks/bounds.js';

type Tls = Awaited<ReturnType<typeof testCertificates>>[string];

const document =
  '# Privacy Policy\n\n<script>alert(1)</script>\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n';
const policyOf = (policyVersion: string, effectiveAt: string | undefined): PolicyVersion => ({
  policyVersion,
  isMaterial: true,
  summary: `<b>what</b> ${policyVersion} changes`,
  documentSha256: Buffer.from(policyVersion),
  publishedAt: new Date('2026-01-01'),
  plannedAt: new Date('2026-01-01'),
  announcedAt: undefined,
  effectiveAt: effectiveAt === undefined ? undefined : new Date(effectiveAt),
});
const inForce = policyOf('2026-03-31', '2026-03-31');
const announced = policyOf('2126-06-01', '2126-06-15');

/** An auth, a billing and a usage-ledger that answer webhooks as the test wants. */
class StubServices {
  readonly taken: ApplyClerkWebhookRequest[] = [];
  readonly alerts: ReportLeakedKeysRequest[] = [];
  readonly events: ApplyStripeWebhookRequest[] = [];
  readonly policies: GetPolicyVersionRequest[] = [];
  readonly statistics: GetServiceStatisticsRequest[] = [];
  readonly unsubscribed: UnsubscribeFromNoticesRequest[] = [];
  answer: status = status.OK;
  private readonly servers: Server[] = [];

  startAuth(tls: Tls | undefined): Promise<string> {
    const { applyClerkWebhook, reportLeakedKeys, ...more } = AuthServiceService;
    const { getCurrentPolicy, listPolicyVersions, getPolicyVersion } = more;
    const policies = { getCurrentPolicy, listPolicyVersions, getPolicyVersion };
    const findings = ['aa', 'bb'].map((tokenSha256) => ({
      tokenSha256,
      tokenType: 't',
      isKey: tokenSha256 === 'aa',
    }));
    return this.start(
      tls,
      { applyClerkWebhook, reportLeakedKeys, ...policies },
      {
        getCurrentPolicy: this.answering<object>([], { ...inForce, current: inForce, announced }),
        listPolicyVersions: this.answering<object>([], { versions: [announced, inForce] }),
        getPolicyVersion: this.answering(this.policies, { version: inForce, document }),
        applyClerkWebhook: this.answering(this.taken, { outcome: WebhookOutcome.APPLIED }),
        reportLeakedKeys: this.answering(this.alerts, { findings }),
      },
    );
  }

  startBilling(tls: Tls | undefined): Promise<string> {
    const { applyStripeWebhook, unsubscribeFromNotices } = BillingServiceService;
    return this.start(
      tls,
      { applyStripeWebhook, unsubscribeFromNotices },
      {
        unsubscribeFromNotices: this.answering(this.unsubscribed, { kind: 'balance_low' }),
        applyStripeWebhook: this.answering(this.events, { outcome: StripeWebhookOutcome.APPLIED }),
      },
    );
  }

  startUsageLedger(tls: Tls | undefined): Promise<string> {
    const { getServiceStatistics } = UsageLedgerServiceService;
    const hour = { model: 'kimi-k2.5', region: 'eu-west', availabilityPermille: 995 };
    const hours = [
      { ...hour, hour: new Date('2026-11-29T15:00:00Z'), medianFirstTokenMs: 250 },
      { ...hour, hour: new Date('2026-11-29T14:00:00Z'), availabilityPermille: 980 },
    ];
    const answer = { hours, countedUntil: new Date('2026-11-29T16:00:00Z') };
    const implementation = { getServiceStatistics: this.answering(this.statistics, answer) };
    return this.start(tls, { getServiceStatistics }, implementation);
  }

  stop(): void {
    for (const server of this.servers) server.forceShutdown();
  }

  private answering<Q>(heard: Q[], answer: object): handleUnaryCall<Q, object> {
    return ({ request }, callback) => {
      heard.push(request);
      if (this.answer === status.OK) callback(null, answer);
      else callback({ code: this.answer });
    };
  }

  private start(
    tls: Tls | undefined,
    ...service: Parameters<Server['addService']>
  ): Promise<string> {
    if (tls === undefined) throw new Error('no certificate');
    const server = new Server();
    this.servers.push(server);
    server.addService(...service);
    const [ca, cert, key] = [tls.TLS_CA_FILE, tls.TLS_CERT_FILE, tls.TLS_KEY_FILE].map((file) =>
      readFileSync(file),
    );
    const pair = { cert_chain: cert as Buffer, private_key: key as Buffer };
    const credentials = ServerCredentials.createSsl(ca as Buffer, [pair], true);
    return new Promise<string>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', credentials, (error, port) =>
        error === null ? resolve(`127.0.0.1:${port}`) : reject(error),
      );
    });
  }
}

let outside: StubServices;
let service: TestService<RunningService>;
beforeAll(async () => {
  const certificates = await testCertificates(
    'dashboard',
    'auth',
    'billing',
    'usage-ledger',
    'test',
  );
  outside = new StubServices();
  service = await startTestService({
    start: createService,
    name: 'dashboard',
    options: (env) => dashboardService(readConfig(env)),
    certificates,
    env: {
      ...testEnvironment,
      AUTH_GRPC: await outside.startAuth(certificates['auth']),
      BILLING_GRPC: await outside.startBilling(certificates['billing']),
      USAGE_LEDGER_GRPC: await outside.startUsageLedger(certificates['usage-ledger']),
    },
  });
});
afterAll(async () => {
  await service.close();
  outside.stop();
});

describe('dashboard', () => {
  it('is ready, and its page may load nothing from elsewhere', async () => {
    expect((await fetch(`${service.httpUrl}/readyz`)).status).toBe(200);
    const page = await fetch(service.httpUrl);
    expect(page.headers.get('content-type')).toMatch('text/html');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('does not start without what it needs, and names it', () => {
    expect(() => readConfig({})).toThrow(ConfigError);
    expect(() => readConfig({})).toThrow(/HTTP_PORT is missing/);
    expect(() => readConfig({})).toThrow(/AUTH_GRPC is missing/);
    expect(() => readConfig({})).toThrow(/BILLING_GRPC is missing/);
  });
});

describe('the privacy policy', () => {
  const get = (path: string): Promise<Response> => fetch(`${service.httpUrl}/privacy${path}`);

  it('is a page that runs nothing, with what changes and when', async () => {
    outside.answer = status.OK;
    const page = await get('');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const html = await page.text();
    expect(html).toContain('<h1 id="privacy-policy">Privacy Policy</h1>');
    expect(html).toContain('<td>1</td>');
    expect(html).not.toMatch(/<(script|style|b)\b/);
    expect(html).toContain('takes effect 2126-06-15');
  });

  it('has every version, and its text as it was published', async () => {
    outside.answer = status.OK;
    const list = await (await get('/versions')).text();
    for (const { policyVersion } of [inForce, announced]) {
      expect(list).toContain(`href="/privacy/versions/${policyVersion}"`);
      expect(list).toContain(Buffer.from(policyVersion).toString('hex'));
    }
    const text = await get('/versions/2026-03-31.md');
    expect([text.headers.get('content-type'), await text.text()]).toEqual([
      'text/markdown; charset=utf-8',
      document,
    ]);
    expect(outside.policies.at(-1)).toEqual({ policyVersion: '2026-03-31' });
  });

  it.each([
    ['/versions/2020-01-01', status.NOT_FOUND, 404],
    ['/versions/..%2f', status.OK, 404],
    ['/versions/latest', status.OK, 404],
    ['', status.UNAVAILABLE, 503],
  ])('at %s, which auth answers with %d, is %d', async (path, answer, expected) => {
    outside.answer = answer;
    expect((await get(path)).status).toBe(expected);
  });
});

describe('the status feed', () => {
  it('is for everyone, and asks usage-ledger once a minute', async () => {
    outside.answer = status.OK;
    const replies = await Promise.all([1, 2, 3].map(() => fetch(`${service.httpUrl}/status.json`)));
    expect(replies[0]?.headers.get('cache-control')).toBe('public, max-age=60');
    expect(replies[0]?.headers.get('access-control-allow-origin')).toBe('*');
    expect(await replies[0]?.json()).toEqual({
      schema: 1,
      counted_until: '2026-11-29T16:00:00.000Z',
      window_hours: 48,
      groups: [
        {
          model: 'kimi-k2.5',
          region: 'eu-west',
          availability: 0.987,
          hours_told: 2,
          hours: [
            {
              hour: '2026-11-29T15:00:00.000Z',
              availability: 0.995,
              error_rate: 0.005,
              median_first_token_ms: 250,
              p95_first_token_ms: null,
            },
            expect.objectContaining({ availability: 0.98, median_first_token_ms: null }),
          ],
        },
      ],
    });
    expect(outside.statistics).toEqual([{ hours: 48 }]);
    // What was told is told on while there is nothing newer.
    outside.answer = status.UNAVAILABLE;
    expect((await fetch(`${service.httpUrl}/status.json`)).status).toBe(200);
  });
});

describe('an alert of GitHub', () => {
  const body = '[ {"token":"mb_live_x", "type":"t"} ]';
  const send = (): Promise<Response> =>
    fetch(`${service.httpUrl}/webhooks/github-secret-scanning`, {
      method: 'POST',
      headers: {
        'github-public-key-identifier': 'current',
        'github-public-key-signature': 'MEU=',
        'content-type': 'application/json',
      },
      body,
    });

  it('reaches auth byte for byte, and is answered with what each token is', async () => {
    outside.answer = status.OK;
    const reply = await send();
    expect(outside.alerts.at(-1)).toEqual({
      body: Buffer.from(body),
      publicKeyIdentifier: 'current',
      publicKeySignature: 'MEU=',
    });
    expect([reply.status, await reply.json()]).toEqual([
      200,
      [
        { token_hash: 'aa', token_type: 't', label: 'true_positive' },
        { token_hash: 'bb', token_type: 't', label: 'false_positive' },
      ],
    ]);
  });

  it.each([
    [status.UNAUTHENTICATED, 401],
    [status.INVALID_ARGUMENT, 400],
    [status.UNAVAILABLE, 503],
  ])('that auth answers with %d is %d', async (answer, expected) => {
    outside.answer = answer;
    expect((await send()).status).toBe(expected);
  });
});

describe('a webhook of Clerk', () => {
  // Not what JSON.stringify would write: a body that is parsed and written again is another.
  const body = '{ "type":"user.created",\n "data": {"id":"user_1", "n": 1.0} }';
  const headers = { 'svix-id': 'msg_1', 'svix-timestamp': '1', 'svix-signature': 'v1,x v1,y' };
  const send = (text: string, type = 'application/json'): Promise<Response> =>
    fetch(`${service.httpUrl}/webhooks/clerk`, {
      method: 'POST',
      headers: { ...headers, 'content-type': type },
      body: text,
    });

  it.each(['application/json', 'text/plain'])('reaches auth byte for byte as %s', async (type) => {
    outside.answer = status.OK;
    expect((await send(body, type)).status).toBe(204);
    expect(outside.taken.at(-1)).toEqual({
      body: Buffer.from(body),
      svixId: 'msg_1',
      svixTimestamp: '1',
      svixSignature: 'v1,x v1,y',
    });
  });

  it.each([
    ['that is not genuine', status.UNAUTHENTICATED, 401],
    ['that auth cannot take now', status.UNAVAILABLE, 503],
    ['that auth should see again', status.ABORTED, 503],
    ['at which auth fails', status.INTERNAL, 503],
  ])('%s', async (_, answer, expected) => {
    outside.answer = answer;
    expect((await send(body)).status).toBe(expected);
  });

  it('that is too large is refused before auth sees it', async () => {
    const seen = outside.taken.length;
    expect((await send('x'.repeat(webhookBodyBytes + 1))).status).toBe(413);
    expect(outside.taken).toHaveLength(seen);
  });
});

describe('a webhook of Stripe', () => {
  const body = '{ "id": "evt_1" }';
  const send = (headers: Record<string, string>): Promise<Response> =>
    fetch(`${service.httpUrl}/webhooks/stripe`, { method: 'POST', headers, body });
  const signed = { 'stripe-signature': 't=1,v1=x', 'content-type': 'application/json' };

  it('reaches billing byte for byte', async () => {
    outside.answer = status.OK;
    expect((await send(signed)).status).toBe(204);
    expect(outside.events.at(-1)).toEqual({
      body: Buffer.from(body),
      stripeSignature: 't=1,v1=x',
    });
  });

  it.each([
    ['that is not genuine', status.UNAUTHENTICATED, 401],
    ['of another mode or account', status.PERMISSION_DENIED, 403],
    ['that is malformed', status.INVALID_ARGUMENT, 400],
    ['that billing cannot take now', status.UNAVAILABLE, 503],
    ['at which billing fails', status.INTERNAL, 503],
  ])('%s', async (_, answer, expected) => {
    outside.answer = answer;
    expect((await send(signed)).status).toBe(expected);
  });
});

describe('the unsubscribe link of a mail', () => {
  const url = (query: string): string => `${service.httpUrl}/notices/unsubscribe${query}`;
  const post = (query: string): Promise<Response> =>
    fetch(url(query), {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'List-Unsubscribe=One-Click',
    });

  it('changes nothing when it is opened, as programs do that look at links', async () => {
    outside.answer = status.OK;
    const page = await fetch(url('?token=a%22b'));
    expect([page.status, await page.text()]).toEqual([
      200,
      expect.stringContaining('token=a%22b"'),
    ]);
    expect(outside.unsubscribed).toEqual([]);
  });

  it('unsubscribes by the one click of a mail program, with nothing but its token', async () => {
    outside.answer = status.OK;
    const reply = await post('?token=t1');
    expect([reply.status, reply.headers.get('set-cookie')]).toEqual([200, null]);
    expect(await reply.text()).toContain('when the balance is low');
    expect(outside.unsubscribed).toEqual([{ token: 't1' }]);
  });

  it.each([
    ['?token=forged', status.INVALID_ARGUMENT, 400],
    ['', status.OK, 400],
    ['?token=a&token=b', status.OK, 400],
    ['?token=t1', status.UNAVAILABLE, 503],
  ])('with %s, which billing answers with %d, is %d', async (query, answer, expected) => {
    outside.answer = answer;
    expect((await post(query)).status).toBe(expected);
  });
});
