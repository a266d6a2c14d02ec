/** Who calls and publishes between services: the common name (CN) of its certificate, its user at NATS. */
export const principals = [
  'gateway',
  'auth',
  'routing',
  'billing',
  'usage-ledger',
  'retention',
  'teams',
  'dashboard',
  /** Operators' commands, by the role of whoever runs them. */
  'ops-support',
  'ops-billing',
  'ops-security',
  'ops-admin',
  /** The example of an internal service that consumes usage. */
  'usage-consumer',
] as const;
export type Principal = (typeof principals)[number];
