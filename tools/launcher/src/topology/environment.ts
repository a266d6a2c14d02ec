import { fileURLToPath } from 'node:url';
import { isNatsUser, type NatsUser } from '@modelbridge/contracts/access';
import { certificatePaths, type CertificatePaths } from '@modelbridge/local-stack';
import type { TlsFiles } from '@modelbridge/service-kit/config';
import type { StateDirectory } from '../state/state-directory.js';
import { SERVICES, type Ports, type ServiceName } from './ports.js';
import { clerkOf, clerkOfSandbox, clerkPagesOf } from './clerk.js';
import { mailboxOfSandbox, mailOf } from './mail.js';
import { stripeOf, stripeOfSandbox } from './stripe.js';
import type { AppProcess } from './topology.js';
import { keysOfSandbox, upstreamKeys, upstreamUrls } from './upstreams.js';

const HOST = '127.0.0.1';

const webApp = fileURLToPath(new URL('../../../../apps/dashboard-web/dist', import.meta.url));

/** Passed on to every process as the user has them. */
const INHERITED = [
  'PATH',
  'HOME',
  'TMPDIR',
  'LANG',
  'TZ',
  'NODE_OPTIONS',
  'NODE_EXTRA_CA_CERTS',
  'LOG_LEVEL',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'LOG_ROOM_LOW',
  'POSTGRES_ROOM_LOW',
  'JETSTREAM_ROOM_LOW',
  'JETSTREAM_ROOM_LEAST',
];

/** Passed on to one app besides the variables that begin with its name. */
const INHERITED_BY: Record<string, string[]> = {
  billing: ['ALLOWANCE_LIFETIME_MS', 'ALLOWANCE_GRACE_MS'],
  gateway: ['SPOOL_MAX_BYTES', 'SPOOL_ROOM_LOW', 'SPOOL_ROOM_LEAST'],
};

export interface StackContext {
  ports: Ports;
  state: StateDirectory;
  /** The superuser's URL. */
  postgresUrl: string;
  /** Of the user who may do everything, or as the user of the launcher gave it. */
  natsUrl: string;
  /** By service; none where NATS is not ours. */
  natsPasswords?: Record<string, string>;
  /** Where our own servers keep their data: variables for all who use them. */
  volumes: Record<string, string>;
  sandboxKeys: Record<string, string>;
  /** Of the sandbox's Clerk. */
  clerkSecrets: Record<string, string>;
  /** Of the sandbox's Stripe. */
  stripeSecrets: Record<string, string>;
  /** Of the sandbox's mailbox. */
  mailSecrets: Record<string, string>;
  /** What billing signs links and webhooks with. */
  billingSecrets: Record<string, string>;
  /** What retention signs with. */
  retentionSecrets: Record<string, string>;
  /** What the dashboard seals its sessions with. */
  dashboardSecrets: Record<string, string>;
  /** Shared by all gateways. */
  gatewaySecrets: Record<string, string>;
  /** The launcher's own environment. */
  environment: Record<string, string | undefined>;
}

/** `host:port` of each service's gRPC server. */
export function grpcAddresses(ports: Ports): Record<ServiceName, string> {
  return Object.fromEntries(
    SERVICES.map((name) => [name, `${HOST}:${ports.grpc[name]}`]),
  ) as Record<ServiceName, string>;
}

/** A certificate as a process is told of it. */
export function tlsFiles({ ca, certificate, key }: CertificatePaths): TlsFiles {
  return { TLS_CA_FILE: ca, TLS_CERT_FILE: certificate, TLS_KEY_FILE: key };
}

function databaseUrl(superuserUrl: string, database: string): string {
  const url = new URL(superuserUrl);
  url.pathname = `/${database}`;
  return url.href;
}

/** Each service has a user of its own at our NATS; elsewhere the URL that was given is as good as any. */
function natsUrlOf(user: NatsUser, { natsUrl, natsPasswords }: StackContext): string {
  if (natsPasswords === undefined) return natsUrl;
  const url = new URL(natsUrl);
  url.username = user;
  url.password = natsPasswords[user] ?? '';
  return url.href;
}

function inherited(app: string, environment: StackContext['environment']): Record<string, string> {
  const names = [...INHERITED, ...(INHERITED_BY[app] ?? [])];
  const own = `${app.toUpperCase().replaceAll('-', '_')}_`;
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value !== undefined && (names.includes(name) || name.startsWith(own)) ? [[name, value]] : [],
    ),
  );
}

function url(port: number): string {
  return `http://${HOST}:${port}`;
}

function ofApp(app: string, context: StackContext): Record<string, string> {
  const { environment, sandboxKeys, clerkSecrets, stripeSecrets, mailSecrets, ports, state } =
    context;
  const local = { sandbox: url(ports.sandbox), dashboard: url(ports.dashboard) };
  const mailPlaces = { smtpPort: ports.smtp, appUrl: local.dashboard };
  const mail = mailOf(environment, mailSecrets, mailPlaces);
  switch (app) {
    case 'gateway':
      return {
        SPOOL_DIR: state.spool,
        ...context.gatewaySecrets,
        ...upstreamKeys(environment, sandboxKeys),
      };
    case 'routing':
      return upstreamUrls(environment, local.sandbox);
    case 'auth':
      return { ...clerkOf(environment, clerkSecrets, local), ...mail };
    case 'teams':
      return mail;
    case 'billing':
      return {
        ...stripeOf(environment, stripeSecrets, local.sandbox),
        ...mail,
        ...context.billingSecrets,
        ACCOUNT_WEBHOOKS_TO_LOOPBACK: 'true',
      };
    case 'retention':
      return { ...mail, KEYRING_DIR: state.keyring, ...context.retentionSecrets };
    case 'dashboard':
      return {
        ...clerkPagesOf(environment, local),
        ...context.dashboardSecrets,
        PUBLIC_ORIGIN: local.dashboard,
        API_ORIGIN: url(ports.gateways[0] ?? 0),
        WEB_APP_DIR: webApp,
      };
    case 'sandbox':
      return {
        ...keysOfSandbox(environment, sandboxKeys),
        ...clerkOfSandbox(clerkSecrets, local),
        ...stripeOfSandbox(stripeSecrets, local.dashboard),
        SANDBOX_STATE_DIR: state.sandbox,
        ...mailboxOfSandbox(mailSecrets, ports.smtp),
      };
    default:
      return {};
  }
}

/**
 * The environment of one process: what it needs and no more, so that a provider's key is known to
 * the gateway alone. Variables that begin with the app's own name (`GATEWAY_REGION`) are passed on.
 */
export function environmentOf(process: AppProcess, context: StackContext): Record<string, string> {
  const addresses = Object.entries(grpcAddresses(context.ports)).map(([name, address]) => [
    `${name.toUpperCase().replaceAll('-', '_')}_GRPC`,
    address,
  ]);
  return {
    ...inherited(process.app, context.environment),
    HOST,
    HTTP_PORT: String(process.httpPort),
    ...(process.grpcPort !== undefined && { GRPC_PORT: String(process.grpcPort) }),
    ...(process.database !== undefined && {
      DATABASE_URL: databaseUrl(context.postgresUrl, process.database),
    }),
    ...(isNatsUser(process.app) && { NATS_URL: natsUrlOf(process.app, context) }),
    ...context.volumes,
    ...tlsFiles(certificatePaths(context.state.certificates, process.app)),
    ...(Object.fromEntries(addresses) as Record<string, string>),
    ...ofApp(process.app, context),
  };
}
