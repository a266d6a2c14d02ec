import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import pg from 'pg';
import { principals, rpcCallers } from '@modelbridge/contracts/access';
import { BillingServiceClient } from '@modelbridge/contracts/billing.v1';
import { grpcClient } from '@modelbridge/service-kit/grpc';
import {
  callingAsAllowed,
  eventually,
  freePort,
  patienceMs,
  testCertificates,
  testNats,
  testPostgres,
  type TestDatabase,
  type TestNats,
} from '@modelbridge/testing-kit';

/** billing as a process of its own, as it is deployed, that can be killed and started again. */
export class KilledBilling {
  private process: ChildProcess | undefined;
  readonly client;

  private constructor(
    private readonly env: NodeJS.ProcessEnv,
    readonly grpcTarget: string,
    readonly certificates: Awaited<ReturnType<typeof testCertificates>>,
    private readonly servers: { database: TestDatabase; nats: TestNats },
  ) {
    this.client = callingAsAllowed(rpcCallers['billing.v1.BillingService'], (caller) =>
      grpcClient(BillingServiceClient, grpcTarget, certificates[caller]!, {
        timeoutMs: patienceMs,
        reason: 'a test',
      }),
    );
  }

  static async start(env: Record<string, string>): Promise<KilledBilling> {
    const certificates = await testCertificates(...principals);
    const [database, nats] = await Promise.all([testPostgres(), testNats()]);
    const [httpPort, grpcPort] = await Promise.all([freePort(), freePort()]);
    const billing = new KilledBilling(
      {
        PATH: process.env['PATH'],
        HOST: '127.0.0.1',
        HTTP_PORT: String(httpPort),
        GRPC_PORT: String(grpcPort),
        LOG_LEVEL: 'silent',
        ...certificates['billing'],
        DATABASE_URL: database.url,
        NATS_URL: nats.urlOf('billing'),
        USAGE_LEDGER_GRPC: '127.0.0.1:1',
        AUTH_GRPC: '127.0.0.1:1',
        TEAMS_GRPC: '127.0.0.1:1',
        SMTP_URL: 'smtp://nobody:nothing@127.0.0.1:1',
        MAIL_FROM: 'ModelBridge <billing@modelbridge.test>',
        NOTICE_LINK_SECRET: 'of nobody'.repeat(4),
        ACCOUNT_WEBHOOK_KEY: 'of nobody'.repeat(4),
        ...env,
      },
      `127.0.0.1:${grpcPort}`,
      certificates,
      { database, nats },
    );
    await billing.again();
    return billing;
  }

  /** Starts the process again, and waits until it is ready. */
  async again(): Promise<void> {
    this.process = spawn(process.execPath, ['apps/billing/bundle/main.cjs'], {
      env: this.env,
      stdio: 'ignore',
    });
    const ready = `http://127.0.0.1:${this.env['HTTP_PORT']}/readyz`;
    await eventually(async () => {
      if (!(await fetch(ready)).ok) throw new Error('not ready');
    });
  }

  /** Ends the process between two instructions. */
  async kill(): Promise<void> {
    const { process: running } = this;
    if (running === undefined || running.exitCode !== null) return;
    const exited = once(running, 'exit');
    running.kill('SIGKILL');
    await exited;
  }

  /** Lets what the process had begun be tried again at once: its claims last longer than its calls of Stripe's. */
  async forgetClaims(): Promise<void> {
    const client = new pg.Client({ connectionString: this.servers.database.url });
    await client.connect();
    for (const table of ['recharge', 'refund_request', 'stripe_event']) {
      await client.query(`UPDATE ${table} SET due_at = now()`);
    }
    await client.end();
  }

  async close(): Promise<void> {
    this.client.close();
    await this.kill();
    await this.servers.nats.stop();
    await this.servers.database.drop();
  }
}
