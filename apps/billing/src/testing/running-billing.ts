import { randomUUID } from 'node:crypto';
import { rpcCallers } from '@modelbridge/contracts/access';
import { BillingServiceClient } from '@modelbridge/contracts/billing.v1';
import { newId } from '@modelbridge/contracts';
import { Database } from '@modelbridge/service-kit/database';
import { grpcClient } from '@modelbridge/service-kit/grpc';
import { createService, type RunningService } from '@modelbridge/service-kit/process';
import {
  outsideMessaging,
  templateOf,
  type OutsideMessaging,
} from '@modelbridge/service-kit/testing';
import {
  callingAsAllowed,
  FakeClock,
  patienceMs,
  startTestService,
  type TestService,
} from '@modelbridge/testing-kit';
import type { Outstanding } from '../allowances/awaited.js';
import { OutstandingService } from '../allowances/outstanding.service.js';
import { Clock } from '../book/clock.js';
import { ChargesService } from '../charges/charges.service.js';
import { readConfig } from '../config.js';
import { schema } from '../schema.js';
import { billingService } from '../service.js';
import { recorded, type Owner } from './samples.js';

/** A billing service on a Postgres and a NATS of its own, whose time stands still until it is told to move. */
export class RunningBilling {
  private constructor(
    readonly service: TestService<RunningService>,
    readonly clock: FakeClock,
    readonly client: ReturnType<typeof billingClient>,
    /** What others publish and hear. */
    readonly outside: OutsideMessaging,
  ) {}

  /** `beside`: a second replica, on the database and NATS of the first. */
  static async start(
    beside?: RunningBilling,
    env: Record<string, string> = {},
  ): Promise<RunningBilling> {
    const service = await startTestService({
      start: createService,
      name: 'billing',
      callers: rpcCallers['billing.v1.BillingService'],
      options: (variables) => billingService(readConfig(variables)),
      database: beside?.service.database ?? templateOf(schema),
      nats: beside?.service.nats ?? true,
      env: {
        USAGE_LEDGER_GRPC: '127.0.0.1:1',
        AUTH_GRPC: '127.0.0.1:1',
        TEAMS_GRPC: '127.0.0.1:1',
        APP_URL: 'http://127.0.0.1:1',
        STRIPE_SECRET_KEY: 'sk_test_of_nobody',
        STRIPE_WEBHOOK_SECRET: 'whsec_of_nobody',
        STRIPE_API_BASE: 'http://127.0.0.1:1',
        SMTP_URL: 'smtp://nobody:nothing@127.0.0.1:1',
        MAIL_FROM: 'ModelBridge <billing@modelbridge.test>',
        NOTICE_LINK_SECRET: 'of nobody'.repeat(4),
        ACCOUNT_WEBHOOK_KEY: 'of nobody'.repeat(4),
        ...env,
      },
    });
    const clock = new FakeClock('2026-03-14T12:00:00Z');
    service.running.app.get(Clock, { strict: false }).now = clock.now;
    const outside = outsideMessaging(service.nats?.url ?? '');
    await outside.listening();
    const billing = new RunningBilling(service, clock, billingClient(service), outside);
    billing.part(OutstandingService).read = () => billing.outstanding();
    return billing;
  }

  /** What usage-ledger says of usage that is not charged yet: none, until a test replaces it. */
  outstanding: () => Promise<Outstanding> = () =>
    Promise.resolve({ epochs: [], oldestUnconfirmedAgeMs: 0n });

  get database(): Database {
    return this.service.running.app.get(Database);
  }

  part<T>(type: abstract new (...parameters: never[]) => T): T {
    return this.service.running.app.get<T>(type, { strict: false });
  }

  /** A new account with this balance (nano-USD). */
  async account(balance: bigint): Promise<Owner> {
    const owner = { accountId: newId('account'), userId: newId('user'), keyId: newId('key') };
    await this.client.createAccount({
      accountId: owner.accountId,
      ownerUserId: owner.userId,
      plan: '',
    });
    if (balance > 0n) {
      await this.client.creditAccount({
        accountId: owner.accountId,
        amountNanoUsd: balance,
        idempotencyKey: newId('transaction'),
        source: 'operator',
      });
    }
    return owner;
  }

  /** Posts one charge as if usage-ledger had announced it; the request's id. */
  async charge(owner: Owner, allowanceId: string | null, cost: bigint): Promise<string> {
    const request = recorded(owner, { allowanceId, costNanoUsd: cost.toString() });
    await this.part(ChargesService).post([{ batchId: randomUUID(), requests: [request] }]);
    return request.requestId;
  }

  async close(): Promise<void> {
    this.client.close();
    await this.outside.close();
    await this.service.close();
  }
}

function billingClient(service: TestService<RunningService>) {
  return callingAsAllowed(rpcCallers['billing.v1.BillingService'], (caller) =>
    grpcClient(BillingServiceClient, service.grpcTarget, service.tlsOf(caller), {
      timeoutMs: patienceMs,
      reason: 'a test',
    }),
  );
}
