import { rm } from 'node:fs/promises';
import { staffPrincipal, staffRoles, type StaffRole } from '@modelbridge/contracts/access';
import {
  certificatePaths,
  ensureCertificates,
  PortTakenError,
  type CertificatePaths,
} from '@modelbridge/local-stack';
import { connectServices, type StackDescription } from '@modelbridge/ops';
import { fail, row, say, step, warn } from '../console.js';
import { ensureDemoAccount } from '../demo/demo-account.js';
import { parseStartOptions, type StartOptions } from '../options.js';
import { lastLines, logFileOf, rotateLogs } from '../state/logs.js';
import { takeLock } from '../state/lock.js';
import { StackFile } from '../state/stack-file.js';
import { stateProblem } from '../state/state-problem.js';
import { stateDirectory, type StateDirectory } from '../state/state-directory.js';
import { StartError } from '../supervision/supervised-process.js';
import { grpcAddresses, tlsFiles, type StackContext } from '../topology/environment.js';
import { portsFrom, type Ports } from '../topology/ports.js';
import { topology } from '../topology/topology.js';
import { upstreamNotices } from '../topology/upstreams.js';
import { createDatabases } from './databases.js';
import { checkPorts, portAdvice, portUses } from './port-check.js';
import { needsOf, roomLines } from './room.js';
import {
  gatewaySecrets,
  billingSecrets,
  dashboardSecrets,
  mailSecrets,
  natsPasswords,
  retentionSecrets,
  sandboxClerkSecrets,
  sandboxProviderKeys,
  sandboxStripeSecrets,
} from './secrets.js';
import { startNatsServer, startPostgresServer, type ServerContext } from './servers.js';
import { Stack } from './stack.js';
import { onStopSignal } from './stop-signals.js';
import { welcome } from './welcome.js';

const HOST = '127.0.0.1';
const LOG_LINES_SHOWN = 8;
const STAFF_REASON = 'on this machine';
/** May be run beside the stack (docs/internal-services.md). */
const EXAMPLE = 'usage-consumer';

/** The credential of a role of staff. */
function staffTls(state: StateDirectory, role: StaffRole): CertificatePaths {
  return certificatePaths(state.certificates, staffPrincipal(role));
}

function describe(
  ports: Ports,
  context: StackContext,
  demo: Awaited<ReturnType<typeof ensureDemoAccount>>,
  running: Record<string, number>,
): StackDescription {
  const url = (port: number) => `http://${HOST}:${port}`;
  const gateways = ports.gateways.map(url);
  const pids = { ...running };
  ports.gateways.forEach((_, index) => {
    const pid = running[`gateway-${index + 1}`] ?? running['gateway'];
    if (pid !== undefined) pids[`gateway-${index + 1}`] = pid;
    if (pid !== undefined && index === 0) pids['gateway'] = pid;
  });
  return {
    gateway: gateways[0] ?? '',
    gateways,
    dashboard: url(ports.dashboard),
    sandbox: url(ports.sandbox),
    postgres: context.postgresUrl,
    nats: context.natsUrl,
    apiKey: demo.apiKey,
    account: { userId: demo.userId, email: demo.email, accountId: demo.accountId },
    grpc: grpcAddresses(ports),
    tls: staffTls(context.state, 'admin'),
    staff: {
      tls: Object.fromEntries(
        staffRoles.map((role) => [role, staffTls(context.state, role)]),
      ) as StackDescription['staff']['tls'],
      reason: STAFF_REASON,
    },
    pids,
  };
}

/** A start with too little room may still do for a while: it is told, and goes on. */
async function tellRoom(state: StateDirectory, gateways: number): Promise<void> {
  const lines = await roomLines(needsOf(state, gateways));
  for (const { text, isShort } of lines) row(text, isShort);
  if (lines.some(({ isShort }) => isShort))
    warn('There is too little room: make some, or use another state: --state DIR');
}

async function bringUp(
  options: StartOptions,
  state: StateDirectory,
  stack: Stack,
): Promise<() => StackDescription> {
  const environment = process.env;
  const ports = portsFrom(options.portBase, options.gateways);
  const apps = topology(ports);
  await rotateLogs(state.logs, ['postgres', 'nats', ...apps.map(({ name }) => name)]);
  await checkPorts(portUses(apps), options.portBase);
  await tellRoom(state, options.gateways);
  for (const notice of upstreamNotices(environment)) warn(notice);
  const certified = new Set([
    ...apps.map(({ app }) => app),
    ...staffRoles.map(staffPrincipal),
    EXAMPLE,
  ]);
  await ensureCertificates(state.certificates, [...certified]);

  const server = (phase: 'postgres' | 'nats'): ServerContext => ({
    state,
    ports,
    environment,
    events: stack.events,
    register: (process) => stack.register(process, phase),
  });
  const passwords = await natsPasswords(state.secrets);
  const [postgres, nats] = await Promise.all([
    step('Postgres', () => startPostgresServer(server('postgres'))),
    step('NATS', () => startNatsServer(server('nats'), passwords)),
  ]);
  await createDatabases(postgres.url);
  const context: StackContext = {
    ports,
    state,
    postgresUrl: postgres.url,
    natsUrl: nats.url,
    natsPasswords: nats.process && passwords,
    volumes: {
      ...(postgres.process && { POSTGRES_VOLUME: state.postgres }),
      ...(nats.process && { JETSTREAM_VOLUME: state.nats }),
    },
    sandboxKeys: await sandboxProviderKeys(state.secrets),
    clerkSecrets: await sandboxClerkSecrets(state.secrets),
    stripeSecrets: await sandboxStripeSecrets(state.secrets),
    mailSecrets: await mailSecrets(state.secrets),
    billingSecrets: await billingSecrets(state.secrets),
    dashboardSecrets: await dashboardSecrets(state.secrets),
    retentionSecrets: await retentionSecrets(state.secrets),
    gatewaySecrets: await gatewaySecrets(state.secrets),
    environment,
  };
  await stack.startApps(apps, context);
  const { auth, billing } = grpcAddresses(ports);
  const services = connectServices(
    { auth, billing },
    tlsFiles(staffTls(state, 'admin')),
    STAFF_REASON,
  );
  try {
    const demo = await step('demo account', () => ensureDemoAccount(services, state.secrets));
    return () => describe(ports, context, demo, stack.pids());
  } finally {
    services.close();
  }
}

async function explain(
  error: unknown,
  state: StateDirectory,
  options: StartOptions,
): Promise<void> {
  const message = stateProblem(error) ?? (error instanceof Error ? error.message : String(error));
  if (error instanceof PortTakenError) return fail(`${message}\n${portAdvice(options.portBase)}`);
  if (!(error instanceof StartError)) return fail(message);
  const logFile = logFileOf(state.logs, error.process);
  // Each attempt wrote the same.
  const lines = new Set(await lastLines(logFile, LOG_LINES_SHOWN));
  fail([message, ...[...lines].map((line) => `  ${line}`), `Its log is ${logFile}`].join('\n'));
}

/** Starts the stack and runs until it is told to stop. Resolves with the exit code. */
export async function start(args: string[]): Promise<number> {
  const options = parseStartOptions(args);
  const state = stateDirectory(options.stateDir);
  const releaseLock = await takeLock(state.lockFile);
  await rm(state.stackFile, { force: true });
  const stackFile = new StackFile(state.stackFile);
  let description: (() => StackDescription) | undefined;
  const stack = new Stack(() => {
    if (!description) return;
    stackFile.write(description()).catch((error: unknown) => {
      warn(`${state.stackFile} could not be brought up to date: ${(error as Error).message}`);
    });
  });

  const stopRequested = onStopSignal(() => {
    stack.kill();
    process.exit(130);
  });
  const cleanUp = async (): Promise<void> => {
    await stackFile.remove();
    await stack.stop();
    await releaseLock();
  };

  try {
    const up = bringUp(options, state, stack);
    up.catch(() => undefined);
    const outcome = await Promise.race([up, stopRequested]);
    if (typeof outcome === 'function') {
      description = outcome;
      await stackFile.write(description());
      welcome(description(), state.root, performance.now());
      await stopRequested;
    }
  } catch (error) {
    await explain(error, state, options);
    await cleanUp();
    return 1;
  }
  say('\n  Stopping: running requests end, nothing is lost. Once more to end at once.');
  await cleanUp();
  return 0;
}
