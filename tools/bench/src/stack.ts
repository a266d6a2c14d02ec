import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuthServiceClient } from '@modelbridge/contracts/auth.v1';
import { BillingServiceClient } from '@modelbridge/contracts/billing.v1';
import { ExportServiceClient } from '@modelbridge/contracts/retention.v1/export';
import { UsageLedgerServiceClient } from '@modelbridge/contracts/usage_ledger.v1';
import { assertPortFree, certificatePaths, poll } from '@modelbridge/local-stack';
import type { StackDescription } from '@modelbridge/ops';
import { grpcClient, type PromisifiedClient } from '@modelbridge/service-kit/grpc';
import { CHECKOUT, startNode, type Process } from './processes.js';
import type { Lifetime } from './lifetime.js';

const START_TIMEOUT_MS = 15 * 60_000;
const PORTS_PROBED = [0, 20, 21, 22, 23, 24, 30, 32, 33, 50, 52, 53];

export interface Stack extends StackDescription {
  state: string;
  /** From the start of the launcher until it said that everything is healthy. */
  startMs: number;
  launcher: Process;
}

export interface StackOptions {
  /** Kept afterwards; by default a new directory that is removed at the end. */
  state?: string;
  checkout?: string;
  env?: NodeJS.ProcessEnv;
  /** 1 by default. */
  gateways?: number;
}

/** A directory that is removed at the end of the run. */
export function temporaryDirectory(lifetime: Lifetime): string {
  const directory = mkdtempSync(join(tmpdir(), 'modelbridge-bench-'));
  lifetime.onEnd(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Starts a whole system as `npm start` does, on ports of its own. */
export async function startStack(lifetime: Lifetime, options: StackOptions = {}): Promise<Stack> {
  const state = options.state ?? temporaryDirectory(lifetime);
  const base = await freePortBase();
  const started = performance.now();
  const launcher = startNode(
    lifetime,
    [
      ...['tools/bootstrap.mjs', 'start', '--state', state, '--port-base', String(base)],
      ...['--gateways', String(options.gateways ?? 1)],
    ],
    { cwd: options.checkout ?? CHECKOUT, env: options.env },
  );
  const file = join(state, 'stack.json');
  await poll(() => existsSync(file) || launcher.child.exitCode !== null, START_TIMEOUT_MS);
  const startMs = performance.now() - started;
  if (!existsSync(file)) throw new Error(`the system did not start:\n${launcher.output()}`);
  const description = JSON.parse(readFileSync(file, 'utf8')) as StackDescription;
  return { ...description, state, startMs, launcher };
}

/** The id of one of the stack's processes. */
export function pidOf(stack: Stack, name: string): number {
  const pid = stack.pids[name];
  if (pid === undefined) throw new Error(`stack.json names no process ${name}`);
  return pid;
}

async function freePortBase(): Promise<number> {
  for (;;) {
    const base = 20_000 + Math.floor(Math.random() * 100) * 100;
    const probes = PORTS_PROBED.map((offset) => assertPortFree(base + offset, 'benchmark'));
    const results = await Promise.allSettled(probes);
    if (results.every(({ status }) => status === 'fulfilled')) return base;
  }
}

/** The services as others call them: keys are resolved, allowances granted and requests read as the gateway asks, the rest as an operator. */
export interface Services {
  auth: PromisifiedClient<AuthServiceClient>;
  resolving: PromisifiedClient<AuthServiceClient>;
  billing: PromisifiedClient<BillingServiceClient>;
  allowances: PromisifiedClient<BillingServiceClient>;
  usageLedger: PromisifiedClient<UsageLedgerServiceClient>;
  usageReads: PromisifiedClient<UsageLedgerServiceClient>;
  /** As the gateway, in the name of a person. */
  exports: PromisifiedClient<ExportServiceClient>;
}

const CALL_TIMEOUT_MS = 60_000;

export function connectServices(lifetime: Lifetime, stack: Stack): Services {
  const tlsOf = (name: string) => {
    const { ca, certificate, key } = certificatePaths(join(stack.state, 'certificates'), name);
    return { TLS_CA_FILE: ca, TLS_CERT_FILE: certificate, TLS_KEY_FILE: key };
  };
  const target = (service: string): string => stack.grpc[service] ?? '';
  const options = { timeoutMs: CALL_TIMEOUT_MS, reason: 'a benchmark' };
  const [operator, gateway] = [tlsOf('ops-admin'), tlsOf('gateway')];
  const services = {
    auth: grpcClient(AuthServiceClient, target('auth'), operator, options),
    resolving: grpcClient(AuthServiceClient, target('auth'), gateway, options),
    billing: grpcClient(BillingServiceClient, target('billing'), operator, options),
    allowances: grpcClient(BillingServiceClient, target('billing'), gateway, options),
    usageLedger: grpcClient(UsageLedgerServiceClient, target('usage-ledger'), operator, options),
    usageReads: grpcClient(UsageLedgerServiceClient, target('usage-ledger'), gateway, options),
    exports: grpcClient(ExportServiceClient, target('retention'), gateway, options),
  };
  lifetime.onEnd(() => Object.values(services).forEach((client) => client.close()));
  return services;
}

/** Pays so much in that no benchmark meets the end of its balance. */
export async function fund(services: Services, accountId: string): Promise<void> {
  await services.billing.creditAccount({
    accountId,
    amountNanoUsd: 1_000_000_000_000_000n,
    idempotencyKey: `bench:${accountId}`,
    source: 'operator',
  });
}
