export {
  durableOf,
  inboxPrefixOf,
  natsAuthorization,
  natsPermissionsOf,
  natsUserEntries,
  type NatsPermissions,
} from './nats-permissions.js';
export { isNatsUser, natsUsers, natsUses, type NatsUser } from './nats-users.js';
export {
  callersForPeople,
  personRules,
  withoutPerson,
  type PersonRule,
  type Reach,
  type Relation,
} from './person-rules.js';
export { principals, type Principal } from './principals.js';
export { rpcCallers, type MethodCallers } from './rpc-callers.js';
export {
  needsReason,
  showsAccount,
  staffPrincipal,
  staffRoleOf,
  staffRoles,
  type StaffRole,
} from './staff-roles.js';
