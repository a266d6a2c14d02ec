/** What can be done to a process, or to what stands for it. */
export const processNames = [
  'auth',
  'routing',
  'billing',
  'usage-ledger',
  'retention',
  'teams',
  'dashboard',
  'gateway',
  'nats',
  'postgres',
] as const;
export type ProcessName = (typeof processNames)[number];

/** Services whose database the product cannot do without. */
export const databases = ['auth', 'billing', 'usage_ledger'] as const;
export type Database = (typeof databases)[number];

export const streams = ['USAGE', 'USAGE_LEDGER', 'BILLING', 'AUTH'] as const;
export type StreamName = (typeof streams)[number];

/** The processes that are killed or suspended by name; of `gateway` which one, counted from 0. */
export interface Victim {
  process: ProcessName;
  gateway: number;
}

/** What is done, without when. */
export type Deed =
  /** SIGKILL; the launcher brings it back. */
  | ({ kind: 'kill' } & Victim)
  /** SIGSTOP until the end of the fault. */
  | ({ kind: 'suspend' } & Victim)
  /** SIGKILL of one of the server's processes: Postgres ends all others, and recovers. */
  | { kind: 'kill-backend'; database: Database }
  /** SIGSTOP of every server process of a database. */
  | { kind: 'suspend-backends'; database: Database }
  /** As after a failover: connections end, and what is left of the database can be read only. */
  | { kind: 'read-only'; database: Database }
  /** JetStream stores no more messages of a stream. */
  | { kind: 'stream-full'; stream: StreamName }
  /** A stream and all that it held is gone. */
  | { kind: 'stream-lost'; stream: StreamName }
  /** A process' clock is this far ahead, or behind. */
  | ({ kind: 'clock'; shiftMs: number } & Victim)
  /** The ledger takes nothing while many ask, so that spools run full. */
  | { kind: 'spool-full' }
  /** Providers answer badly, as the sandbox can be told to. */
  | { kind: 'upstream'; rule: Record<string, unknown> }
  /** One key opens as many streams as it may. */
  | { kind: 'greedy-key'; requests: number }
  /** Bodies that are large for the network and for what reads them. */
  | { kind: 'large-bodies'; bytes: number[] }
  /** Keys of the right form that nobody has. */
  | { kind: 'bad-keys'; requests: number };

export type FaultKind = Deed['kind'];

/** One line of a schedule. */
export interface Fault {
  /** After the start of its round. */
  atMs: number;
  /** 0 for what happens in a moment. */
  durationMs: number;
  deed: Deed;
}

/** A fault in words: `kill gateway-2`, `stream-full USAGE`. */
export function describeDeed(deed: Deed): string {
  switch (deed.kind) {
    case 'kill':
    case 'suspend':
      return `${deed.kind} ${victimName(deed)}`;
    case 'clock':
      return `clock ${victimName(deed)} ${deed.shiftMs > 0 ? '+' : ''}${deed.shiftMs / 1000} s`;
    case 'kill-backend':
    case 'suspend-backends':
    case 'read-only':
      return `${deed.kind} ${deed.database}`;
    case 'stream-full':
    case 'stream-lost':
      return `${deed.kind} ${deed.stream}`;
    case 'upstream':
      return `upstream ${JSON.stringify(deed.rule)}`;
    case 'large-bodies':
      return `large-bodies ${deed.bytes.map((bytes) => `${Math.ceil(bytes / 1024)} KiB`).join(', ')}`;
    case 'greedy-key':
    case 'bad-keys':
      return `${deed.kind} ${deed.requests}`;
    case 'spool-full':
      return deed.kind;
  }
}

/** As the launcher names it. */
export function victimName({ process, gateway }: Victim): string {
  return process === 'gateway' ? `gateway-${gateway + 1}` : process;
}
