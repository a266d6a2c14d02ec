import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Metadata,
  Server,
  ServerCredentials,
  status,
  type handleUnaryCall,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import { jest } from '@jest/globals';
import { staffPrincipal, staffRoles, type StaffRole } from '@modelbridge/contracts/access';
import { AuthServiceService } from '@modelbridge/contracts/auth.v1';
import { BillingServiceService } from '@modelbridge/contracts/billing.v1';
import { ContentServiceService } from '@modelbridge/contracts/retention.v1/content';
import { LegalHoldServiceService } from '@modelbridge/contracts/retention.v1/legal-holds';
import { ErasureServiceService } from '@modelbridge/contracts/retention.v1/erasure';
import { ReceiptServiceService } from '@modelbridge/contracts/retention.v1/receipts';
import { RightsServiceService } from '@modelbridge/contracts/retention.v1/rights';
import { UsageLedgerServiceService } from '@modelbridge/contracts/usage_ledger.v1';
import {
  certificatePaths,
  ensureCertificates,
  writeSecretFile,
  type CertificatePaths,
} from '@modelbridge/local-stack';
import { serviceNames, type ServiceName } from '../connection/pieces.js';
import { stackFileOf } from '../stack/stack-file.js';

const services: Record<ServiceName, object> = {
  auth: AuthServiceService,
  billing: BillingServiceService,
  'usage-ledger': UsageLedgerServiceService,
  retention: {
    ...ContentServiceService,
    ...ErasureServiceService,
    ...LegalHoldServiceService,
    ...ReceiptServiceService,
    ...RightsServiceService,
  },
};

/** A refusal as the services send it. */
export class Refusal extends Error {
  constructor(
    readonly code:
      | 'not_found'
      | 'already_exists'
      | 'failed_precondition'
      | 'permission_denied'
      | 'invalid_argument',
    readonly field?: string,
    readonly details?: Record<string, string>,
  ) {
    super('refused');
  }
}

/** Answers a call; throws a Refusal. */
export type Answer = (request: never) => object;

/**
 * A state on which services answer as a test wants, over gRPC with mTLS. What has
 * no answer is UNIMPLEMENTED.
 */
export class StubStack {
  readonly answers = new Map<string, Answer>();
  /** What was called, in order, by its method's name. */
  readonly calls: [method: string, request: object][] = [];
  /** Who called last, and the reason they gave. */
  lastCaller = { name: '', reason: '' };
  /** Where each service answers. */
  readonly grpc: Record<ServiceName, string> = {
    auth: '',
    billing: '',
    'usage-ledger': '',
    retention: '',
  };
  private readonly servers = new Map<ServiceName, Server>();

  private directory = '';

  /** Where its files are, once it has started. */
  get state(): string {
    return this.directory;
  }

  private get certificates(): string {
    return join(this.state, 'certificates');
  }

  /** The files of an operator. */
  get tls(): CertificatePaths {
    return this.tlsOf('admin');
  }

  tlsOf(role: StaffRole): CertificatePaths {
    return certificatePaths(this.certificates, staffPrincipal(role));
  }

  async start(): Promise<void> {
    this.directory = await mkdtemp(join(tmpdir(), 'modelbridge-test-'));
    const { certificates } = this;
    await ensureCertificates(certificates, [...staffRoles.map(staffPrincipal), ...serviceNames]);
    for (const name of serviceNames) {
      this.grpc[name] = await this.serve(name, certificates);
    }
    await writeSecretFile(
      stackFileOf(this.state),
      JSON.stringify({
        grpc: this.grpc,
        tls: this.tls,
        staff: { tls: { support: this.tlsOf('support') }, reason: 'on this machine' },
      }),
    );
  }

  stop(name: ServiceName): void {
    this.servers.get(name)?.forceShutdown();
  }

  async close(): Promise<void> {
    for (const name of this.servers.keys()) this.stop(name);
    await rm(this.state, { recursive: true, force: true });
  }

  private async serve(name: ServiceName, certificates: string): Promise<string> {
    const server = new Server();
    const definition = services[name] as ServiceDefinition;
    server.addService(
      definition,
      Object.fromEntries(Object.keys(definition).map((method) => [method, this.handler(method)])),
    );
    const { ca, certificate, key } = certificatePaths(certificates, name);
    const pair = { cert_chain: await readFile(certificate), private_key: await readFile(key) };
    const credentials = ServerCredentials.createSsl(await readFile(ca), [pair], true);
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', credentials, (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    this.servers.set(name, server);
    return `127.0.0.1:${port}`;
  }

  private handler(method: string): handleUnaryCall<object, object> {
    return (call, callback) => {
      const { request, metadata: sent } = call;
      this.lastCaller = {
        name: call.getAuthContext().sslPeerCertificate?.subject.CN?.toString() ?? '',
        reason: String(sent.get('reason-bin')[0] ?? ''),
      };
      this.calls.push([method, request]);
      const answer = this.answers.get(method);
      if (answer === undefined) {
        callback({ code: status.UNIMPLEMENTED });
        return;
      }
      try {
        callback(null, answer(request as never));
      } catch (error) {
        const { code, message, field, details } = error as Refusal;
        const metadata = new Metadata();
        metadata.set('error-bin', Buffer.from(JSON.stringify({ code, message, field, details })));
        callback({ code: status.FAILED_PRECONDITION, metadata });
      }
    };
  }
}

/** Runs a command line; its exit code and what it printed. */
export async function captured(
  run: () => Promise<number>,
): Promise<{ code: number; out: string; err: string }> {
  const printed = { out: '', err: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    jest.spyOn(process[stream], 'write').mockImplementation((text) => {
      printed[stream === 'stdout' ? 'out' : 'err'] += String(text);
      return true;
    }),
  );
  try {
    const code = await run();
    return { code, ...printed };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
