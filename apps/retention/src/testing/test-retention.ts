import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { idFromUuid, newId } from '@modelbridge/contracts';
import { rpcCallers } from '@modelbridge/contracts/access';
import {
  ContentServiceClient,
  type SealedContent,
} from '@modelbridge/contracts/retention.v1/content';
import { Database } from '@modelbridge/service-kit/database';
import { grpcClient, type PromisifiedClient } from '@modelbridge/service-kit/grpc';
import { createService, type RunningService } from '@modelbridge/service-kit/process';
import { outsideMessaging, type OutsideMessaging } from '@modelbridge/service-kit/testing';
import {
  callingAsAllowed,
  FakeClock,
  patienceMs,
  startTestService,
  type TestDatabase,
  type TestService,
} from '@modelbridge/testing-kit';
import { Clock } from '../clock/clock.js';
import { readConfig } from '../config.js';
import { retentionService } from '../service.js';

export interface TestRetentionOptions {
  clock?: FakeClock;
  /** Of a service that ran before. */
  keyringDir?: string;
  database?: TestDatabase;
}

/** The service on a Postgres, a NATS and a keyring of its own, with a clock that moves when told to. */
export class TestRetention {
  private constructor(
    readonly service: TestService<RunningService>,
    readonly client: PromisifiedClient<ContentServiceClient>,
    /** What others hear. */
    readonly outside: OutsideMessaging,
    readonly clock: FakeClock,
    readonly keyringDir: string,
  ) {}

  static async start(options: TestRetentionOptions = {}): Promise<TestRetention> {
    const clock = options.clock ?? new FakeClock('2026-03-10T12:00:00Z');
    const keyringDir = options.keyringDir ?? join(mkdtempSync(join(tmpdir(), 'keyring-')), 'keys');
    const callers = rpcCallers['retention.v1.ContentService'];
    const service = await startTestService({
      start: (serviceOptions: ReturnType<typeof retentionService>) =>
        createService({
          ...serviceOptions,
          beforeListen: (app) => {
            app.get(Clock, { strict: false }).now = clock.now;
          },
        }),
      name: 'retention',
      callers,
      options: (env) => retentionService(readConfig(env)),
      database: options.database ?? true,
      nats: true,
      env: { KEYRING_DIR: keyringDir },
    });
    const client = callingAsAllowed(callers, (caller) =>
      grpcClient(ContentServiceClient, service.grpcTarget, service.tlsOf(caller), {
        timeoutMs: patienceMs,
        maxMessageBytes: 66 * 1024 * 1024,
      }),
    );
    const outside = outsideMessaging(service.nats?.url ?? '');
    return new TestRetention(service, client, outside, clock, keyringDir);
  }

  part<T>(type: abstract new (...parameters: never[]) => T): T {
    return this.service.running.app.get<T>(type, { strict: false });
  }

  get database(): Database {
    return this.part(Database);
  }

  /** Something of the right form that a gateway could have sealed now. */
  content(over: Partial<SealedContent> = {}): SealedContent {
    return {
      requestId: this.requestId(),
      accountId: newId('account'),
      userId: newId('user'),
      sealed: randomBytes(64),
      rawBytes: 100n,
      ...over,
    };
  }

  /** An id as a gateway makes it at that time. */
  requestId(at: Date = this.clock.now()): string {
    const hex = at.getTime().toString(16).padStart(12, '0');
    const random = randomBytes(10).toString('hex');
    const uuid = `${hex.slice(0, 8)}-${hex.slice(8)}-7${random.slice(0, 3)}-8${random.slice(3, 6)}-${random.slice(6, 18)}`;
    return idFromUuid('request', uuid);
  }

  async close(): Promise<void> {
    this.client.close();
    await this.outside.close();
    await this.service.close();
  }
}
