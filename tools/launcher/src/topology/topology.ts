import { SERVICES, type Ports, type ServiceName } from './ports.js';

/** What is stopped together; the order of the phases is the order of a stop. */
export const STOP_PHASES = ['gateway', 'edge', 'service', 'nats', 'postgres'] as const;
export type StopPhase = (typeof STOP_PHASES)[number];

/** One of our own applications as the launcher runs it. */
export interface AppProcess {
  /** The name in logs, on the console and in `stack.json`. */
  name: string;
  /** The folder below `apps/`; its name is also the name in the certificate. */
  app: string;
  httpPort: number;
  grpcPort?: number;
  smtpPort?: number;
  database?: string;
  /** Must be ready before this one is started. */
  waitsFor: string[];
  stopPhase: StopPhase;
}

const SERVERS = ['postgres', 'nats'];
const GATEWAY_NEEDS: ServiceName[] = ['auth', 'routing', 'billing', 'usage-ledger'];

/** The database of a service. */
export function databaseOf(service: ServiceName): string {
  return service.replaceAll('-', '_');
}

/** Every application of the stack. Postgres and NATS, which they wait for, are started before. */
export function topology(ports: Ports): AppProcess[] {
  const services = SERVICES.map((name): AppProcess => ({
    name,
    app: name,
    httpPort: ports.http[name],
    grpcPort: ports.grpc[name],
    database: databaseOf(name),
    waitsFor: SERVERS,
    stopPhase: 'service',
  }));
  const gateways = ports.gateways.map((httpPort, index, { length }): AppProcess => ({
    name: length === 1 ? 'gateway' : `gateway-${index + 1}`,
    app: 'gateway',
    httpPort,
    waitsFor: ['nats', ...GATEWAY_NEEDS],
    stopPhase: 'gateway',
  }));
  return [
    {
      name: 'sandbox',
      app: 'sandbox',
      httpPort: ports.sandbox,
      smtpPort: ports.smtp,
      waitsFor: [],
      stopPhase: 'edge',
    },
    ...services,
    ...gateways,
    {
      name: 'dashboard',
      app: 'dashboard',
      httpPort: ports.dashboard,
      waitsFor: SERVERS,
      stopPhase: 'edge',
    },
  ];
}
