import {
  authKeyChanged,
  authKeyRevoked,
  authMembershipEnded,
  authUserCreated,
  authUserDeleted,
  billingAccountOpened,
  billingActPerformed,
  billingAllowanceRecalled,
  billingChargePosted,
  retentionActPerformed,
  retentionKeysDestroyed,
  teamsMemberRemoved,
  teamsSettingsChanged,
  teamsTeamCreated,
  teamsTeamDeleted,
  usageLedgerRequestRecorded,
  usageLedgerWatermarkAdvanced,
  usageRequestCompleted,
} from '../events/index.js';
import type { StreamName } from '../events/event.js';
import type { Principal } from './principals.js';

interface Subject {
  readonly subject: string;
  readonly stream: StreamName;
}

/** What a service does at NATS; whatever else it tries there is a permission violation. */
export interface NatsUse {
  publishes: readonly Subject[];
  /** By a durable consumer named `<service>__<event>`. */
  consumes: readonly Subject[];
  /** From now on, without JetStream. */
  hears: readonly Subject[];
}

/** The users of NATS: whoever is not listed has none. */
export const natsUses = {
  gateway: {
    publishes: [usageRequestCompleted],
    consumes: [],
    hears: [
      usageLedgerWatermarkAdvanced,
      billingAllowanceRecalled,
      authKeyChanged,
      authKeyRevoked,
      retentionKeysDestroyed,
    ],
  },
  auth: {
    publishes: [
      authKeyChanged,
      authKeyRevoked,
      authMembershipEnded,
      authUserCreated,
      authUserDeleted,
    ],
    consumes: [
      billingAccountOpened,
      billingActPerformed,
      retentionActPerformed,
      teamsMemberRemoved,
      teamsSettingsChanged,
      usageLedgerRequestRecorded,
    ],
    hears: [],
  },
  billing: {
    publishes: [
      billingAccountOpened,
      billingActPerformed,
      billingAllowanceRecalled,
      billingChargePosted,
    ],
    consumes: [authUserCreated, teamsTeamCreated, usageLedgerRequestRecorded],
    hears: [],
  },
  'usage-ledger': {
    publishes: [usageLedgerRequestRecorded, usageLedgerWatermarkAdvanced],
    consumes: [usageRequestCompleted, billingChargePosted],
    hears: [],
  },
  retention: {
    publishes: [retentionActPerformed, retentionKeysDestroyed],
    consumes: [],
    hears: [],
  },
  teams: {
    publishes: [teamsMemberRemoved, teamsSettingsChanged, teamsTeamCreated, teamsTeamDeleted],
    consumes: [authMembershipEnded, authUserDeleted, billingAccountOpened],
    hears: [],
  },
  'usage-consumer': { publishes: [], consumes: [usageLedgerRequestRecorded], hears: [] },
} as const satisfies Partial<Record<Principal, NatsUse>>;

export type NatsUser = keyof typeof natsUses;
export const natsUsers = Object.keys(natsUses) as NatsUser[];

export function isNatsUser(name: string): name is NatsUser {
  return Object.hasOwn(natsUses, name);
}
