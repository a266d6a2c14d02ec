import { BillingServiceClient } from '@modelbridge/contracts/billing.v1';
import { newId } from '@modelbridge/contracts';
import { createService, Database, grpcClient, type RunningService } from '@modelbridge/service-kit';
import { FakeClock, startTestService, type TestService } from '@modelbridge/testing-kit';
import { Clock } from '../book/clock.js';
import { readConfig } from '../config.js';
import { billingService } from '../service.js';

export interface Owner {
  accountId: string;
  userId: string;
  keyId: string;
}

/** A billing service on a Postgres and a NATS of its own, whose time stands still until it is told to move. */
export class RunningBilling {
  private constructor(
    readonly service: TestService<RunningService>,
    readonly clock: FakeClock,
    readonly client: ReturnType<typeof billingClient>,
  ) {}

  /** `beside`: a second replica, on the database and NATS of the first. */
  static async start(beside?: RunningBilling): Promise<RunningBilling> {
    const service = await startTestService({
      start: createService,
      name: 'billing',
      options: (variables) => billingService(readConfig(variables)),
      database: beside?.service.database ?? true,
      nats: beside?.service.nats ?? true,
    });
    const clock = new FakeClock('2026-03-14T12:00:00Z');
    service.running.app.get(Clock, { strict: false }).now = clock.now;
    return new RunningBilling(service, clock, billingClient(service));
  }

  get database(): Database {
    return this.service.running.app.get(Database);
  }

  part<T>(type: abstract new (...parameters: never[]) => T): T {
    return this.service.running.app.get<T>(type as never, { strict: false });
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

  async close(): Promise<void> {
    this.client.close();
    await this.service.close();
  }
}

function billingClient(service: TestService<RunningService>) {
  return grpcClient(BillingServiceClient, service.grpcTarget, service.callerTls, {
    timeoutMs: 20_000,
  });
}
