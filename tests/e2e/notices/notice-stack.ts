import { generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';
import { newId, uuidOf } from '@modelbridge/contracts';
import type { User } from '@modelbridge/contracts/auth.v1';
import { BillingServiceClient } from '@modelbridge/contracts/billing.v1';
import { Database } from '@modelbridge/service-kit/database';
import { grpcClient } from '@modelbridge/service-kit/grpc';
import { createService, type RunningService } from '@modelbridge/service-kit/process';
import { eventually, freePort, startTestService, type TestService } from '@modelbridge/testing-kit';
import { UsersRepository } from '../../../apps/auth/src/users/users.repository.js';
import { ChargesService } from '../../../apps/billing/src/charges/charges.service.js';
import { recorded } from '../../../apps/billing/src/testing/samples.js';
import { readConfig } from '../../../apps/dashboard/src/config.js';
import { dashboardService } from '../../../apps/dashboard/src/service.js';
import { testEnvironment } from '../../../apps/dashboard/src/testing/environment.js';
import type { Message } from '../../../apps/sandbox/src/mailbox/message.js';
import { TestSandbox } from '../../../apps/sandbox/src/testing/test-sandbox.js';
import { startServices, type Services } from '../visibility/services.js';

/** From a payment at the sandbox's Stripe to a mail in its mailbox: every service on the way, in this process. */
export class NoticeStack {
  readonly staff;

  private constructor(
    readonly services: Services,
    readonly sandbox: TestSandbox,
    private readonly dashboard: TestService<RunningService>,
    private readonly github: KeyObject,
  ) {
    const tls = services.certificates['ops-billing'];
    if (tls === undefined) throw new Error('there is no certificate of ops-billing');
    const target = services.addresses['BILLING_GRPC'] ?? '';
    this.staff = grpcClient(BillingServiceClient, target, tls, { reason: 'a test' });
  }

  static async start(): Promise<NoticeStack> {
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    const sandbox = await TestSandbox.start({ SANDBOX_STRIPE_APP_ORIGIN: origin });
    const github = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const services = await startServices(
      {
        STRIPE_SECRET_KEY: sandbox.config.SANDBOX_STRIPE_SECRET_KEY,
        STRIPE_WEBHOOK_SECRET: sandbox.config.SANDBOX_STRIPE_WEBHOOK_SECRET,
        STRIPE_API_BASE: sandbox.url,
        ACCOUNT_WEBHOOKS_TO_LOOPBACK: 'true',
      },
      { APP_URL: origin, SMTP_URL: sandbox.smtpUrl },
      { GITHUB_SECRET_SCANNING_KEYS: publicKeysOf(github.publicKey) },
    );
    const { addresses, certificates } = services;
    const dashboard = await startTestService({
      start: createService,
      name: 'dashboard',
      options: (env) => dashboardService(readConfig(env)),
      certificates,
      env: { ...testEnvironment, ...addresses, HTTP_PORT: String(port) },
    });
    return new NoticeStack(services, sandbox, dashboard, github.privateKey);
  }

  /** As people call, through the dashboard. */
  get billing() {
    return this.services.clients['billing.v1.BillingService'];
  }

  get auth() {
    return this.services.clients['auth.v1.AuthService'];
  }

  async close(): Promise<void> {
    this.staff.close();
    await this.dashboard.close();
    await this.services.close();
    await this.sandbox.close();
  }

  /** One of the routes for tests of the sandbox's Stripe. */
  async stripe<T>(path: string, body: object = {}): Promise<T> {
    const response = await fetch(`${this.sandbox.url}/stripe/test/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** As GitHub tells of tokens that it has found. */
  async leak(tokens: object[]): Promise<void> {
    const body = JSON.stringify(tokens);
    const response = await fetch(`${this.dashboard.httpUrl}/webhooks/github-secret-scanning`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'github-public-key-identifier': 'current',
        'github-public-key-signature': sign('sha256', Buffer.from(body), this.github).toString(
          'base64',
        ),
      },
      body,
    });
    if (!response.ok) throw new Error(await response.text());
  }

  /** Every event of Stripe's that there has been, once more and the last first. */
  async repeatWebhooks(): Promise<void> {
    const { events } = (await (await fetch(`${this.sandbox.url}/stripe/test/events`)).json()) as {
      events: { id: string }[];
    };
    await this.stripe('webhooks/deliver', { events: events.map(({ id }) => id).reverse() });
  }

  async mails({ email }: Pick<User, 'email'>): Promise<Message[]> {
    const url = `${this.sandbox.url}/mail/messages?to=${encodeURIComponent(email)}`;
    return ((await (await fetch(url)).json()) as { messages: Message[] }).messages;
  }

  /** The mail with this subject, once it is there. */
  mail(to: Pick<User, 'email'>, subject: string): Promise<Message> {
    return eventually(async () => {
      const mails = await this.mails(to);
      const found = mails.find((mail) => mail.subject === subject);
      if (found !== undefined) return found;
      throw new Error(`there are only ${mails.map((mail) => mail.subject).join(', ') || 'none'}`);
    });
  }

  /** As a mail program does where somebody wants no more of a list. */
  async unsubscribe({ headers }: Message): Promise<void> {
    const url = headers['list-unsubscribe']?.replaceAll(/[<>]/g, '') ?? '';
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: headers['list-unsubscribe-post'],
    });
    if (response.status !== 200) throw new Error(await response.text());
  }

  async credit(accountId: string, amountNanoUsd: bigint): Promise<void> {
    const credit = { accountId, amountNanoUsd, idempotencyKey: randomUUID(), source: 'operator' };
    await eventually(() => this.staff.creditAccount(credit));
  }

  async charge(accountId: string, userId: string, costNanoUsd: bigint): Promise<void> {
    const spender = { accountId, userId, keyId: newId('key') };
    const now = new Date().toISOString();
    const times = { startedAt: now, completedAt: now };
    const request = recorded(spender, { costNanoUsd: costNanoUsd.toString(), ...times });
    const charges = this.services.app.billing.get(ChargesService, { strict: false });
    await charges.post([{ batchId: randomUUID(), requests: [request] }]);
  }

  /** Closes an account at auth, which tells nobody: the services that would erase it are not what is tried. */
  async closeAccount({ userId }: User): Promise<void> {
    const { auth } = this.services.app;
    const users = auth.get(UsersRepository, { strict: false });
    await auth.get(Database).transaction((tx) => users.close(tx, userId));
  }

  /** How the mails about an account have ended, or stand. */
  async states(accountId: string): Promise<string[]> {
    const rows = await this.services.app.billing
      .get(Database)
      .query<{ state: string }>(
        'SELECT state FROM notice_mail JOIN notice n ON n.id = notice_id WHERE account_id = $1',
        [uuidOf('account', accountId)],
      );
    return rows.map(({ state }) => state);
  }
}

/** As GitHub serves them. */
function publicKeysOf(publicKey: KeyObject): string {
  const key = publicKey.export({ type: 'spki', format: 'pem' });
  return JSON.stringify({ public_keys: [{ key_identifier: 'current', key }] });
}
