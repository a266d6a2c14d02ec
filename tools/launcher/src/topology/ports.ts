export const MAX_GATEWAYS = 16;

/** One more than the largest distance of a port from the base. */
export const PORTS_USED = 56;

export const SERVICES = [
  'auth',
  'routing',
  'billing',
  'usage-ledger',
  'retention',
  'teams',
] as const;
export type ServiceName = (typeof SERVICES)[number];

export interface Ports {
  gateways: number[];
  dashboard: number;
  sandbox: number;
  /** Of the sandbox's mailbox. */
  smtp: number;
  postgres: number;
  nats: number;
  natsMonitoring: number;
  grpc: Record<ServiceName, number>;
  http: Record<ServiceName, number>;
}

function forServices(first: number): Record<ServiceName, number> {
  return Object.fromEntries(SERVICES.map((name, index) => [name, first + index])) as Record<
    ServiceName,
    number
  >;
}

/** Every port of a stack, counted from its base. */
export function portsFrom(base: number, gateways: number): Ports {
  return {
    gateways: Array.from({ length: gateways }, (_, index) => base + index),
    dashboard: base + 20,
    sandbox: base + 21,
    postgres: base + 22,
    nats: base + 23,
    natsMonitoring: base + 24,
    smtp: base + 25,
    grpc: forServices(base + 30),
    http: forServices(base + 50),
  };
}

/** Ports that browsers and `fetch` refuse to open (the Fetch standard's "bad ports" above 1023). */
export const REFUSED_BY_CLIENTS = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669,
  6679, 6697, 10080,
]);
