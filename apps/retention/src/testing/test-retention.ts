import 'reflect-metadata';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Metadata, status } from '@grpc/grpc-js';
import { idFromUuid, newId, uuidOf } from '@modelbridge/contracts';
import { rpcCallers } from '@modelbridge/contracts/access';
import type { GetUserResponse, RecordAuditEntryRequest } from '@modelbridge/contracts/auth.v1';
import {
  ContentServiceClient,
  type SealedContent,
} from '@modelbridge/contracts/retention.v1/content';
import { LegalHoldServiceClient } from '@modelbridge/contracts/retention.v1/legal-holds';
import { noMailServer } from '@modelbridge/mail/testing';
import { ReceiptServiceClient } from '@modelbridge/contracts/retention.v1/receipts';
import { SupportGrantServiceClient } from '@modelbridge/contracts/retention.v1/support-grants';
import { encode, seal, type Content } from '@modelbridge/sealed-content';
import { RightsServiceClient } from '@modelbridge/contracts/retention.v1/rights';
import { Database } from '@modelbridge/service-kit/database';
import { grpcClient, type PromisifiedClient } from '@modelbridge/service-kit/grpc';
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
  type TestDatabase,
  type TestService,
} from '@modelbridge/testing-kit';
import { AuthClient } from '../clients/clients.js';
import { Clock } from '../clock/clock.js';
import { LatestClock } from '../clock/latest-clock.service.js';
import { OutsideClock } from '../clock/outside-clock.service.js';
import { readConfig } from '../config.js';
import { schema } from '../schema.js';
import { retentionService } from '../service.js';

const callers = {
  content: rpcCallers['retention.v1.ContentService'],
  receipts: rpcCallers['retention.v1.ReceiptService'],
  grants: rpcCallers['retention.v1.SupportGrantService'],
  holds: rpcCallers['retention.v1.LegalHoldService'],
};

export const receiptSigningKey = generateKeyPairSync('ed25519')
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

export interface TestRetentionOptions {
  clock?: FakeClock;
  /** The database's; the same by default. */
  databaseClock?: FakeClock;
  /** Of a service that is asked where these two differ; nobody tells it by default. */
  outsideClock?: FakeClock;
  /** Of a service that ran before. */
  keyringDir?: string;
  database?: TestDatabase;
  env?: NodeJS.ProcessEnv;
}

interface HeldRow {
  requestId: string;
  accountId: string;
  userId: string;
  sealed: Buffer;
}

interface Clients {
  content: PromisifiedClient<ContentServiceClient>;
  receipts: PromisifiedClient<ReceiptServiceClient>;
  grants: PromisifiedClient<SupportGrantServiceClient>;
  /** Of somebody of staff … */
  holds: PromisifiedClient<LegalHoldServiceClient>;
  /** … and of somebody else. */
  otherHolds: PromisifiedClient<LegalHoldServiceClient>;
  /** Staff's, of the role support. */
  support: PromisifiedClient<ContentServiceClient>;
}

/**
 * The service on a Postgres, a NATS and a keyring of its own, with clocks that move when told to. What auth would say is in
 * this object.
 */
export class TestRetention {
  /** What the audit log was told at once. */
  readonly audited: RecordAuditEntryRequest[] = [];
  /** Called before the audit log takes an entry. */
  onAudit: () => void | Promise<void> = () => undefined;
  private readonly accounts = new Map<string, string>();

  private constructor(
    readonly service: TestService<RunningService>,
    readonly clients: Clients,
    /** What others hear. */
    readonly outside: OutsideMessaging,
    readonly clock: FakeClock,
    readonly keyringDir: string,
  ) {
    this.part(AuthClient).recordAuditEntry = async (entry) => {
      await this.onAudit();
      this.audited.push(entry);
      return {};
    };
    this.part(AuthClient).getUser = ({ userId }) =>
      Promise.resolve({ user: { userId, accountId: this.accountOf(userId) } } as GetUserResponse);
  }

  static async start(options: TestRetentionOptions = {}): Promise<TestRetention> {
    const clock = options.clock ?? new FakeClock('2026-03-10T12:00:00Z');
    const databaseClock = options.databaseClock ?? clock;
    const keyringDir = options.keyringDir ?? join(mkdtempSync(join(tmpdir(), 'keyring-')), 'keys');
    const service = await startTestService({
      start: (serviceOptions: ReturnType<typeof retentionService>) =>
        createService({
          ...serviceOptions,
          beforeListen: (app) => {
            app.get(Clock, { strict: false }).now = clock.now;
            app.get(LatestClock, { strict: false }).databaseNow = () =>
              Promise.resolve(databaseClock.now());
            app.get(OutsideClock, { strict: false }).now = () =>
              Promise.resolve(options.outsideClock?.now());
          },
        }),
      name: 'retention',
      callers: {
        ...callers.content,
        ...callers.receipts,
        ...callers.grants,
        ...callers.holds,
        ...rpcCallers['retention.v1.ErasureService'],
        ...rpcCallers['retention.v1.RightsService'],
      },
      options: (env) => retentionService(readConfig(env)),
      database: options.database ?? templateOf(schema),
      nats: true,
      env: {
        ...noMailServer,
        ...options.env,
        TEAMS_GRPC: '127.0.0.1:1',
        AUTH_GRPC: '127.0.0.1:1',
        KEYRING_DIR: keyringDir,
        RECEIPT_SIGNING_KEY: receiptSigningKey,
        BILLING_GRPC: '127.0.0.1:1',
        USAGE_LEDGER_GRPC: '127.0.0.1:1',
        EXPORT_TOKEN_SECRET: 'of nobody'.repeat(4),
      },
    });
    const clientOptions = {
      timeoutMs: patienceMs,
      maxMessageBytes: 66 * 1024 * 1024,
      reason: 'a test',
    };
    const { grpcTarget } = service;
    const contentAs = (caller: string) =>
      grpcClient(ContentServiceClient, grpcTarget, service.tlsOf(caller), clientOptions);
    const holdsAs = (caller: string) =>
      grpcClient(LegalHoldServiceClient, grpcTarget, service.tlsOf(caller), clientOptions);
    const clients: Clients = {
      content: callingAsAllowed(callers.content, contentAs),
      receipts: callingAsAllowed(callers.receipts, (caller) =>
        grpcClient(ReceiptServiceClient, grpcTarget, service.tlsOf(caller), clientOptions),
      ),
      grants: callingAsAllowed(callers.grants, (caller) =>
        grpcClient(SupportGrantServiceClient, grpcTarget, service.tlsOf(caller), clientOptions),
      ),
      holds: holdsAs('ops-security'),
      otherHolds: holdsAs('ops-admin'),
      support: contentAs('ops-support'),
    };
    const outside = outsideMessaging(service.nats?.url ?? '');
    return new TestRetention(service, clients, outside, clock, keyringDir);
  }

  part<T>(type: abstract new (...parameters: never[]) => T): T {
    return this.service.running.app.get<T>(type, { strict: false });
  }

  /** People's requests about their data, as whoever may call each method. */
  rights(): PromisifiedClient<RightsServiceClient> {
    return callingAsAllowed(rpcCallers['retention.v1.RightsService'], (caller) =>
      grpcClient(RightsServiceClient, this.service.grpcTarget, this.service.tlsOf(caller), {
        timeoutMs: patienceMs,
        reason: 'a test',
      }),
    );
  }

  get database(): Database {
    return this.part(Database);
  }

  /** The account of a person, as auth knows it. */
  accountOf(userId: string): string {
    const account = this.accounts.get(userId) ?? newId('account');
    this.accounts.set(userId, account);
    return account;
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

  /** What a gateway seals and sends of a request that says `text`; the sealed content. */
  async say(userId: string, text: string, accountId = this.accountOf(userId)) {
    const requestId = this.requestId();
    const day = this.clock.now().toISOString().slice(0, 10);
    const { key } = await this.clients.content.getSealingKey({ userId, day });
    const binding = { accountId, userId, requestId };
    const sealed = seal(key, binding, encode(contentOf(text, this.clock.now())));
    const content = { ...binding, sealed, rawBytes: BigInt(text.length) };
    const { refused } = await this.clients.content.storeContents({ contents: [content] });
    if (refused[0] !== undefined) throw new Error(`not stored: ${refused[0].reason}`);
    return content;
  }

  /** What is kept under a legal hold, sealed as it is. */
  async heldUnder(holdId: string): Promise<HeldRow[]> {
    const rows = await this.database.query<HeldRow>(
      `select request_id as "requestId", account_id as "accountId", user_id as "userId", sealed
       from held_content where hold_id = $1`,
      [uuidOf('legalHold', holdId)],
    );
    return rows.map(({ requestId, accountId, userId, sealed }) => ({
      requestId: idFromUuid('request', requestId),
      accountId: idFromUuid('account', accountId),
      userId: idFromUuid('user', userId),
      sealed,
    }));
  }

  /** An id as a gateway makes it at that time. */
  requestId(at: Date = this.clock.now()): string {
    const hex = at.getTime().toString(16).padStart(12, '0');
    const random = randomBytes(10).toString('hex');
    const tail = `7${random.slice(0, 3)}-8${random.slice(3, 6)}-${random.slice(6, 18)}`;
    return idFromUuid('request', `${hex.slice(0, 8)}-${hex.slice(8)}-${tail}`);
  }

  async close(): Promise<void> {
    const clients: { close(): void }[] = Object.values({ ...this.clients });
    for (const client of clients) client.close();
    await this.outside.close();
    await this.service.close();
  }
}

/** As a gRPC client throws it. */
export function serviceError(code: status): Error {
  return Object.assign(new Error(status[code]), { code, metadata: new Metadata() });
}

export function contentOf(text: string, at: Date): Content {
  return {
    request: {
      method: 'POST',
      path: '/v1/messages',
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify({ text })),
    },
    reply: {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(text.toUpperCase()),
      complete: true,
    },
    ip: '192.0.2.1',
    userAgent: 'test',
    timing: { startedAt: at.getTime(), firstByteAt: null, completedAt: at.getTime() + 5 },
    model: 'claude-test',
    provider: 'anthropic',
    region: null,
    api: 'messages',
  };
}
