import {
  authErasureCompleted,
  authKeyChanged,
  authKeyRevoked,
  authMembershipEnded,
  authUserCreated,
  authUserDeleted,
  billingAccountOpened,
  billingActPerformed,
  billingAllowanceRecalled,
  billingChargePosted,
  billingErasureCompleted,
  retentionActPerformed,
  retentionDataErased,
  retentionErasureRequested,
  retentionKeysDestroyed,
  teamsErasureCompleted,
  teamsMemberRemoved,
  teamsSettingsChanged,
  teamsTeamCreated,
  teamsTeamDeleted,
  usageLedgerErasureCompleted,
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
      authErasureCompleted,
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
      retentionDataErased,
      retentionErasureRequested,
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
      billingErasureCompleted,
    ],
    consumes: [
      authUserCreated,
      authUserDeleted,
      retentionErasureRequested,
      teamsTeamCreated,
      teamsTeamDeleted,
      usageLedgerRequestRecorded,
    ],
    hears: [],
  },
  'usage-ledger': {
    publishes: [
      usageLedgerErasureCompleted,
      usageLedgerRequestRecorded,
      usageLedgerWatermarkAdvanced,
    ],
    consumes: [usageRequestCompleted, billingChargePosted, retentionErasureRequested],
    hears: [],
  },
  retention: {
    publishes: [
      retentionActPerformed,
      retentionDataErased,
      retentionErasureRequested,
      retentionKeysDestroyed,
    ],
    consumes: [
      authErasureCompleted,
      authUserDeleted,
      billingErasureCompleted,
      teamsErasureCompleted,
      usageLedgerErasureCompleted,
    ],
    hears: [],
  },
  teams: {
    publishes: [
      teamsErasureCompleted,
      teamsMemberRemoved,
      teamsSettingsChanged,
      teamsTeamCreated,
      teamsTeamDeleted,
    ],
    consumes: [authMembershipEnded, billingAccountOpened, retentionErasureRequested],
    hears: [],
  },
  'usage-consumer': { publishes: [], consumes: [usageLedgerRequestRecorded], hears: [] },
} as const satisfies Partial<Record<Principal, NatsUse>>;

export type NatsUser = keyof typeof natsUses;
export const natsUsers = Object.keys(natsUses) as NatsUser[];

export function isNatsUser(name: string): name is NatsUser {
  return Object.hasOwn(natsUses, name);
}
