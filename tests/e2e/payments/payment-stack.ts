import { uuidOf } from '@modelbridge/contracts';
import type { Payment } from '@modelbridge/contracts/billing.v1';
import { createService, type RunningService } from '@modelbridge/service-kit/process';
import { freePort, startTestService, type TestService } from '@modelbridge/testing-kit';
import { RunningBilling } from '../../../apps/billing/src/testing/running-billing.js';
import type { Owner } from '../../../apps/billing/src/testing/samples.js';
import { readConfig } from '../../../apps/dashboard/src/config.js';
import { dashboardService } from '../../../apps/dashboard/src/service.js';
import { testEnvironment } from '../../../apps/dashboard/src/testing/environment.js';
import { TestSandbox } from '../../../apps/sandbox/src/testing/test-sandbox.js';

export const usd = 1_000_000_000n;

interface StripeEvent {
  id: string;
  type: string;
  data: { object: { id: string } };
}

/** Money's way: billing, the sandbox's Stripe, and the dashboard through which its webhooks come. */
export class PaymentStack {
  private keys = 0;

  private constructor(
    readonly sandbox: TestSandbox,
    readonly billing: RunningBilling,
    private readonly dashboard: TestService<RunningService>,
    readonly env: Record<string, string>,
  ) {}

  /** @param over settings of billing's */
  static async start(over: Record<string, string> = {}): Promise<PaymentStack> {
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    const sandbox = await TestSandbox.start({ SANDBOX_STRIPE_APP_ORIGIN: origin });
    const env = {
      STRIPE_SECRET_KEY: sandbox.config.SANDBOX_STRIPE_SECRET_KEY,
      STRIPE_WEBHOOK_SECRET: sandbox.config.SANDBOX_STRIPE_WEBHOOK_SECRET,
      STRIPE_API_BASE: sandbox.url,
      APP_URL: origin,
      ...over,
    };
    const billing = await RunningBilling.start(undefined, env);
    const dashboard = await startTestService({
      start: createService,
      name: 'dashboard',
      options: (variables) => dashboardService(readConfig(variables)),
      certificates: { dashboard: billing.service.tlsOf('dashboard') },
      env: {
        ...testEnvironment,
        HTTP_PORT: String(port),
        BILLING_GRPC: billing.service.grpcTarget,
      },
    });
    return new PaymentStack(sandbox, billing, dashboard, env);
  }

  get client() {
    return this.billing.client;
  }

  async close(): Promise<void> {
    await this.sandbox.close();
    await this.dashboard.close();
    await this.billing.close();
  }

  /** One of the sandbox's own routes for tests. */
  async stripe<T = { id: string }>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${this.sandbox.url}/stripe/test/${path}`, {
      method,
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** How webhooks come from now on; as they should without an argument. */
  webhooks(policy: object = {}): Promise<unknown> {
    return this.stripe('PUT', 'webhooks', policy);
  }

  async events(): Promise<StripeEvent[]> {
    return (await this.stripe<{ events: StripeEvent[] }>('GET', 'events')).events;
  }

  /** Opens a page for this many dollars and pays on it; the payment intent's id. */
  async pay(
    owner: Owner,
    dollars: bigint,
    { saveCard = false, number = '4242424242424242' } = {},
  ): Promise<string> {
    const { sessionId } = await this.client.createTopUp({
      accountId: owner.accountId,
      amountNanoUsd: dollars * usd,
      idempotencyKey: `key-${(this.keys += 1)}`,
      saveCard,
    });
    const session = await this.stripe<{ payment_intent: string }>(
      'POST',
      `checkout/${sessionId}/pay`,
      { number },
    );
    return session.payment_intent;
  }

  async balance({ accountId }: Owner): Promise<bigint> {
    return (await this.client.getCredits({ accountId })).balanceNanoUsd;
  }

  async history({ accountId }: Owner): Promise<Payment[]> {
    const request = { accountId, limit: 0, beforeTransactionId: '' };
    return (await this.client.listPayments(request)).payments;
  }

  /** What the account was told, with how many cents. */
  async notices({ accountId }: Owner): Promise<{ kind: string; cents: number; reason: string }[]> {
    return this.billing.database.query(
      `SELECT kind, ((facts->>'amount_nano_usd')::int8 / 10000000)::float8 AS cents, facts->>'reason' AS reason
       FROM notice WHERE account_id = $1 ORDER BY created_at`,
      [uuidOf('account', accountId)],
    );
  }

  /** Events of a type have their effect once more, the last first: each comes under an id of its own. */
  async repeat(type: string): Promise<void> {
    const events = (await this.events()).filter((event) => event.type === type).reverse();
    for (const { id } of events) {
      const over = { id: `evt_again_${(this.keys += 1)}_${id}` };
      await this.stripe('POST', 'webhooks/deliver', { events: [id], over });
    }
  }

  /** What the ledger holds against the account, and whether it may spend. */
  async standing({ accountId }: Owner) {
    const { account } = await this.client.createAccount({
      accountId,
      ownerUserId: this.owners.get(accountId) ?? '',
      plan: '',
    });
    return { frozen: account?.frozen };
  }

  private readonly owners = new Map<string, string>();

  async account(balance = 0n): Promise<Owner> {
    const owner = await this.billing.account(balance);
    this.owners.set(owner.accountId, owner.userId);
    return owner;
  }
}
