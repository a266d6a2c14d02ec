import { readFileSync } from 'node:fs';
import {
  Metadata,
  Server,
  ServerCredentials,
  status,
  type sendUnaryData,
  type ServerWritableStream,
  type ServiceError,
} from '@grpc/grpc-js';
import { apiKeySha256, createApiKey } from '@modelbridge/api-key';
import { newId } from '@modelbridge/contracts';
import { AuthServiceService, KeyScope, type Key } from '@modelbridge/contracts/auth.v1';
import {
  BillingServiceService,
  Granted,
  type CloseAllowanceRequest,
  type GrantAllowanceRequest,
  type GrantAllowanceResponse,
  type RenewAllowanceRequest,
} from '@modelbridge/contracts/billing.v1';
import {
  RoutingServiceService,
  type ReportEndpointsRequest,
  type Snapshot,
  type WatchSnapshotsRequest,
  type WatchSnapshotsResponse,
} from '@modelbridge/contracts/routing.v1';
import { ErasureServiceService } from '@modelbridge/contracts/retention.v1/erasure';
import { RightsServiceService } from '@modelbridge/contracts/retention.v1/rights';
import {
  ExportServiceService,
  type DownloadExportRequest,
  type DownloadExportResponse,
} from '@modelbridge/contracts/retention.v1/export';
import {
  UsageLedgerServiceService,
  type ExportUsageRequest,
  type ExportUsageResponse,
  type ReleaseClaimRequest,
  type ReleaseClaimsRequest,
  type RequestRecord,
} from '@modelbridge/contracts/usage_ledger.v1';
import { ReceiptServiceService } from '@modelbridge/contracts/retention.v1/receipts';
import { ContentServiceService } from '@modelbridge/contracts/retention.v1/content';
import { SupportGrantServiceService } from '@modelbridge/contracts/retention.v1/support-grants';
import { TeamsServiceService } from '@modelbridge/contracts/teams.v1';
import { RpcError, serverTimeKey, toServiceError } from '@modelbridge/service-kit/grpc';
import type { TestTls } from '@modelbridge/testing-kit';
import { StubRetention } from './stub-retention.js';

type StubService = 'auth' | 'routing' | 'billing' | 'usage-ledger' | 'teams' | 'retention';
interface Call {
  request: never;
  getDeadline(): Date | number;
  sendMetadata(metadata: Metadata): void;
}
type Method = (call: Call, callback: sendUnaryData<never>) => void;

/** auth, routing, billing and usage-ledger as far as a gateway asks them, over real gRPC with mTLS. */
export class StubServices {
  readonly retention = new StubRetention();
  readonly keys = new Map<string, Key>();
  readonly grants: GrantAllowanceRequest[] = [];
  readonly closed: CloseAllowanceRequest[] = [];
  readonly reports: ReportEndpointsRequest[] = [];
  readonly records: RequestRecord[] = [];
  readonly releasedRequests: string[] = [];
  readonly releasedEpochs: string[] = [];
  /** Names of the calls, in order. */
  readonly calls: string[] = [];
  /** The same with what was asked. */
  readonly asked: Array<{ name: string; request: unknown }> = [];
  /** What was asked last of a method, whatever else gateways ask meanwhile. */
  lastAsked(method: string): unknown {
    return this.asked.findLast(({ name }) => name === method)?.request;
  }
  private readonly answers = new Map<string, (request: never) => unknown>();
  /** Authors who have nothing stored. */
  readonly storeNothing = new Set<string>();
  /** Services that answer UNAVAILABLE. */
  readonly down = new Set<StubService>();
  /** Services that take calls and answer none. */
  readonly hanging = new Set<StubService>();
  /** How far the clocks of all services are ahead of the gateway's. */
  aheadMs = 0;
  /** How long a call could still take when it came, by its name. */
  readonly leftMs = new Map<string, number>();
  answerGrant: (request: GrantAllowanceRequest) => GrantAllowanceResponse['outcome'] = grantInFull;
  /** Set to hold back what auth answers. */
  beforeKeyAnswer: () => Promise<void> = () => Promise.resolve();
  snapshot: Snapshot = { version: 1n, models: [], endpoints: [], publishedAt: new Date() };
  private readonly watchers = new Set<
    ServerWritableStream<WatchSnapshotsRequest, WatchSnapshotsResponse>
  >();
  private readonly amounts = new Map<string, bigint>();
  private server: Server | undefined;
  target = '';

  async start(tls: TestTls): Promise<void> {
    const server = new Server();
    server.addService(AuthServiceService, this.auth() as never);
    server.addService(RoutingServiceService, this.routing());
    server.addService(BillingServiceService, this.billing() as never);
    server.addService(UsageLedgerServiceService, this.usageLedger());
    server.addService(
      SupportGrantServiceService,
      this.methods('retention', SupportGrantServiceService, {}) as never,
    );
    server.addService(
      ReceiptServiceService,
      this.methods('retention', ReceiptServiceService, {}) as never,
    );
    server.addService(TeamsServiceService, this.methods('teams', TeamsServiceService, {}) as never);
    server.addService(
      ContentServiceService,
      this.methods('retention', ContentServiceService, this.retention.answers) as never,
    );
    for (const service of [ErasureServiceService, RightsServiceService]) {
      server.addService(service, this.methods('retention', service, {}) as never);
    }
    server.addService(ExportServiceService, {
      ...this.methods('retention', ExportServiceService, {}),
      downloadExport: this.downloadExport,
    });
    const credentials = ServerCredentials.createSsl(
      readFileSync(tls.TLS_CA_FILE),
      [
        {
          cert_chain: readFileSync(tls.TLS_CERT_FILE),
          private_key: readFileSync(tls.TLS_KEY_FILE),
        },
      ],
      true,
    );
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', credentials, (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    this.server = server;
    this.target = `127.0.0.1:${port}`;
  }

  stop(): void {
    this.server?.forceShutdown();
  }

  /** What one link opens, once. */
  archive: { token: string; data: Buffer } | undefined;
  /** The pieces of every usage export; an error ends it as a ledger that is lost. */
  exportPieces: readonly (ExportUsageResponse | ServiceError | RpcError)[] = [];

  /** What a call answers from now on, by its name, such as `auth.getUser`; it may throw an RpcError. */
  answer(name: string, answer: (request: never) => unknown): void {
    this.answers.set(name, answer);
  }

  /** A call answers as it does by itself again. */
  forget(name: string): void {
    this.answers.delete(name);
  }

  /** A new key and the account that it belongs to. */
  createKey(given: Partial<Key> = {}): { apiKey: string; key: Key } {
    const { apiKey, publicId } = createApiKey({ isTest: given.isTest ?? false });
    const key: Key = {
      keyId: newId('key'),
      publicId,
      name: 'test key',
      accountId: newId('account'),
      userId: newId('user'),
      teamId: undefined,
      createdAt: new Date(),
      expiresAt: undefined,
      revokedAt: undefined,
      scope: KeyScope.INFERENCE,
      isTest: false,
      restrictions: undefined,
      disabledAt: undefined,
      lastUsedAt: undefined,
      previousSecretUntil: undefined,
      ...given,
    };
    this.keys.set(apiKeySha256(apiKey).toString('hex'), key);
    return { apiKey, key };
  }

  publish(snapshot: Snapshot): void {
    this.snapshot = snapshot;
    for (const watcher of this.watchers) watcher.write({ snapshot });
  }

  /** routing is away: nobody is told anything any more. */
  loseRouting(): void {
    this.down.add('routing');
    for (const watcher of this.watchers) watcher.emit('error', serviceError(status.UNAVAILABLE));
    this.watchers.clear();
  }

  private auth() {
    return this.methods('auth', AuthServiceService, {
      resolveKey: async ({ keySha256 }: { keySha256: Uint8Array }) => {
        const key = this.keys.get(Buffer.from(keySha256).toString('hex'));
        await this.beforeKeyAnswer();
        if (key === undefined) throw serviceError(status.NOT_FOUND);
        return { key, publicId: key.publicId, storeContent: !this.storeNothing.has(key.userId) };
      },
    });
  }

  private routing() {
    return {
      ...this.methods('routing', RoutingServiceService, {
        reportEndpoints: (request: ReportEndpointsRequest) => {
          this.reports.push(request);
          return {};
        },
      }),
      watchSnapshots: (
        call: ServerWritableStream<WatchSnapshotsRequest, WatchSnapshotsResponse>,
      ) => {
        this.calls.push('routing.watchSnapshots');
        if (this.down.has('routing')) {
          call.emit('error', serviceError(status.UNAVAILABLE));
          return;
        }
        this.watchers.add(call);
        call.on('cancelled', () => this.watchers.delete(call));
        call.write({ snapshot: this.snapshot });
      },
    };
  }

  private billing() {
    return this.methods('billing', BillingServiceService, {
      grantAllowance: (request: GrantAllowanceRequest) => {
        this.grants.push(request);
        const outcome = this.answerGrant(request);
        if (outcome?.$case === 'granted') {
          this.amounts.set(request.allowanceId, outcome.value.amountNanoUsd);
        }
        return { outcome };
      },
      renewAllowance: (request: RenewAllowanceRequest) => {
        const { allowanceId, wantedNanoUsd, returnedNanoUsd } = request;
        const amount = (this.amounts.get(allowanceId) ?? 0n) + wantedNanoUsd - returnedNanoUsd;
        this.amounts.set(allowanceId, amount);
        return { outcome: { $case: 'granted', value: granted(amount) } };
      },
      closeAllowance: (request: CloseAllowanceRequest) => {
        this.closed.push(request);
        return { releasedNanoUsd: 0n };
      },
      getCredits: () => ({
        balanceNanoUsd: 9_007_199_254_740_993n,
        heldNanoUsd: 3n,
        availableNanoUsd: 9_007_199_254_740_995n,
        spentNanoUsd: 7n,
        grantedNanoUsd: 5n,
        nextExpiryAt: new Date('2026-04-01T00:00:00Z'),
        nextExpiryNanoUsd: 2n,
      }),
      getLimits: () => ({
        limits: [
          {
            scope: 'LIMIT_SCOPE_KEY',
            period: 'LIMIT_PERIOD_MONTH',
            scopeId: 'k',
            limitNanoUsd: 5n,
            usedNanoUsd: 2n,
            heldNanoUsd: 1n,
            resetsAt: new Date('2026-12-01T00:00:00Z'),
          },
        ],
      }),
    });
  }

  private usageLedger() {
    const unary = this.methods('usage-ledger', UsageLedgerServiceService, {
      reportUnsettled: () => ({}),
      listRequests: ({
        keyId,
        limit,
        cursor,
      }: {
        keyId: string;
        limit: number;
        cursor: string;
      }) => {
        const own = this.records.filter((record) => record.keyId === keyId);
        const from = cursor === '' ? 0 : Number(cursor);
        const requests = own.slice(from, from + limit);
        const next = from + requests.length;
        return { requests, nextCursor: next < own.length ? String(next) : '' };
      },
      getRequest: ({ keyId, requestId }: { keyId: string; requestId: string }) => {
        const request = this.records.find(
          (record) => record.keyId === keyId && record.requestId === requestId,
        );
        if (request === undefined) throw serviceError(status.NOT_FOUND);
        return { request };
      },
      claimIdempotencyKey: () => ({ outcome: { $case: 'claimed', value: {} } }),
      releaseClaim: ({ requestId }: ReleaseClaimRequest) => {
        this.releasedRequests.push(requestId);
        return {};
      },
      releaseClaims: ({ gatewayEpoch }: ReleaseClaimsRequest) => {
        this.releasedEpochs.push(gatewayEpoch);
        return { released: 0n };
      },
    });
    return { ...unary, exportUsage: this.exportUsage };
  }

  private readonly exportUsage = (
    call: ServerWritableStream<ExportUsageRequest, ExportUsageResponse>,
  ): void => {
    this.asked.push({ name: 'usage-ledger.exportUsage', request: call.request });
    for (const piece of this.exportPieces) {
      if (!(piece instanceof Error)) call.write(piece);
      else
        return void call.emit('error', piece instanceof RpcError ? toServiceError(piece) : piece);
    }
    call.end();
  };

  private readonly downloadExport = (
    call: ServerWritableStream<DownloadExportRequest, DownloadExportResponse>,
  ): void => {
    this.asked.push({ name: 'retention.downloadExport', request: call.request });
    if (this.hanging.has('retention')) return;
    if (call.request.token !== this.archive?.token) {
      return void call.emit('error', toServiceError(new RpcError('not_found', 'no such link')));
    }
    const { data } = this.archive;
    this.archive = undefined;
    call.write({ data, sizeBytes: BigInt(data.length), sha256: Buffer.alloc(32) });
    call.end();
  };

  private time(): Metadata {
    const metadata = new Metadata();
    metadata.set(serverTimeKey, String(Date.now() + this.aheadMs));
    return metadata;
  }

  private methods(
    service: StubService,
    definition: object,
    answers: Record<string, (request: never) => unknown>,
  ): Record<string, Method> {
    const unary: Record<string, Method> = {};
    for (const name of Object.keys(definition)) {
      unary[name] = (call, callback) => {
        this.calls.push(`${service}.${name}`);
        this.asked.push({ name: `${service}.${name}`, request: call.request });
        this.leftMs.set(`${service}.${name}`, Number(call.getDeadline()) - Date.now());
        if (this.hanging.has(service)) return;
        Promise.resolve()
          .then(() => {
            const answer = this.answers.get(`${service}.${name}`) ?? answers[name];
            if (this.down.has(service) || answer === undefined) {
              throw serviceError(status.UNAVAILABLE);
            }
            return answer(call.request);
          })
          .then(
            (response) => {
              call.sendMetadata(this.time());
              callback(null, response as never);
            },
            (error: ServiceError | RpcError) =>
              callback(error instanceof RpcError ? toServiceError(error) : error),
          );
      };
    }
    return unary;
  }
}

export function grantInFull(request: GrantAllowanceRequest): GrantAllowanceResponse['outcome'] {
  return { $case: 'granted', value: granted(request.wantedNanoUsd) };
}

/** A grant of this much. */
export function granted(amountNanoUsd: bigint) {
  return Granted.fromPartial({ amountNanoUsd, lifetimeMs: 60_000, idleMs: 10_000 });
}

function serviceError(code: status): ServiceError {
  return Object.assign(new Error(status[code]), {
    code,
    details: status[code],
    metadata: new Metadata(),
  });
}
