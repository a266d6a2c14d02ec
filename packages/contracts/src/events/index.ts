export { authKeyChanged } from './auth-key-changed.v1.js';
export { authKeyRevoked } from './auth-key-revoked.v1.js';
export { authMembershipEnded } from './auth-membership-ended.v1.js';
export { authUserCreated } from './auth-user-created.v1.js';
export { authUserDeleted } from './auth-user-deleted.v1.js';
export { billingAccountOpened } from './billing-account-opened.v1.js';
export { billingActPerformed } from './billing-act-performed.v1.js';
export { billingAllowanceRecalled } from './billing-allowance-recalled.v1.js';
export { billingChargePosted } from './billing-charge-posted.v1.js';
export {
  authErasureCompleted,
  billingErasureCompleted,
  teamsErasureCompleted,
  usageLedgerErasureCompleted,
  type ErasureCompleted,
} from './erasure-completed.js';
export {
  defineEvent,
  envelopeSchema,
  streams,
  type Envelope,
  type EventDefinition,
  type StreamName,
} from './event.js';
export { retentionActPerformed } from './retention-act-performed.v1.js';
export { retentionDataErased } from './retention-data-erased.v1.js';
export { retentionErasureRequested } from './retention-erasure-requested.v1.js';
export { retentionKeysDestroyed } from './retention-keys-destroyed.v1.js';
export { teamsMemberRemoved } from './teams-member-removed.v1.js';
export { teamsSettingsChanged } from './teams-settings-changed.v1.js';
export { teamsTeamCreated } from './teams-team-created.v1.js';
export { teamsTeamDeleted } from './teams-team-deleted.v1.js';
export {
  recordedRequestSchema,
  usageLedgerRequestRecorded,
  type RecordedRequest,
} from './usage-ledger-request-recorded.v1.js';
export { usageLedgerWatermarkAdvanced } from './usage-ledger-watermark-advanced.v1.js';
export {
  requestOutcomes,
  requestRecordSchema,
  usageRequestCompleted,
  type RequestOutcome,
  type RequestRecord,
} from './usage-request-completed.v1.js';
