import type { AuthServiceService } from '../gen/auth/v1/auth.js';
import type { BillingServiceService } from '../gen/billing/v1/billing.js';
import type { RoutingServiceService } from '../gen/routing/v1/routing.js';
import type { TeamsServiceService } from '../gen/teams/v1/teams.js';
import type { UsageLedgerServiceService } from '../gen/usage_ledger/v1/usage_ledger.js';
import type { Principal } from './principals.js';

/** Who may call each method of a service; every other caller is answered PERMISSION_DENIED. */
export type MethodCallers<Service> = Readonly<Record<keyof Service, readonly Principal[]>>;

/** Complete by its types: a method without a line does not compile. */
export const rpcCallers: {
  'auth.v1.AuthService': MethodCallers<typeof AuthServiceService>;
  'billing.v1.BillingService': MethodCallers<typeof BillingServiceService>;
  'routing.v1.RoutingService': MethodCallers<typeof RoutingServiceService>;
  'teams.v1.TeamsService': MethodCallers<typeof TeamsServiceService>;
  'usage_ledger.v1.UsageLedgerService': MethodCallers<typeof UsageLedgerServiceService>;
} = {
  'auth.v1.AuthService': {
    createUser: ['ops'],
    getUser: ['ops', 'dashboard', 'billing', 'teams', 'usage-ledger', 'gateway'],
    updateUser: ['dashboard', 'gateway'],
    getCurrentPolicy: ['dashboard', 'ops'],
    recordConsents: ['ops', 'dashboard'],
    verifySession: ['dashboard'],
    applyClerkWebhook: ['dashboard'],
    createKey: ['ops', 'dashboard', 'gateway'],
    updateKey: ['ops', 'dashboard', 'gateway'],
    rotateKey: ['ops', 'dashboard', 'gateway'],
    disableKey: ['ops', 'dashboard', 'gateway'],
    enableKey: ['ops', 'dashboard', 'gateway'],
    revokeKey: ['ops', 'dashboard', 'gateway'],
    getKey: ['ops', 'dashboard', 'billing', 'gateway'],
    listKeys: ['ops', 'dashboard', 'gateway'],
    resolveKey: ['gateway', 'ops'],
    reportLeakedKeys: ['dashboard'],
    recordAuditEntry: ['teams', 'billing'],
    listAuditEntries: ['ops', 'dashboard', 'gateway'],
    checkAuditLog: ['ops'],
  },
  'billing.v1.BillingService': {
    createAccount: ['ops'],
    creditAccount: ['ops'],
    reverseCredit: ['ops'],
    getCredits: ['gateway', 'ops', 'dashboard'],
    setLimit: ['ops', 'auth', 'dashboard', 'teams', 'gateway'],
    getLimits: ['gateway', 'ops', 'dashboard'],
    grantAllowance: ['gateway'],
    renewAllowance: ['gateway'],
    closeAllowance: ['gateway'],
    getCharge: ['ops'],
    getSettlement: ['ops'],
    checkInvariants: ['ops'],
  },
  'routing.v1.RoutingService': {
    getSnapshot: ['auth', 'ops'],
    watchSnapshots: ['gateway'],
    reportEndpoints: ['gateway'],
  },
  'teams.v1.TeamsService': {
    createTeam: ['dashboard', 'gateway'],
    getTeam: ['dashboard', 'gateway'],
    listTeams: ['dashboard', 'gateway'],
    renameTeam: ['dashboard', 'gateway'],
    deleteTeam: ['dashboard', 'gateway'],
    changeTeamSettings: ['dashboard', 'gateway'],
    transferOwnership: ['dashboard', 'gateway'],
    listMembers: ['dashboard', 'gateway'],
    changeMemberRole: ['dashboard', 'gateway'],
    removeMember: ['dashboard', 'gateway'],
    leaveTeam: ['dashboard', 'gateway'],
    setMemberLimit: ['dashboard', 'gateway'],
    inviteMember: ['dashboard', 'gateway'],
    listInvitations: ['dashboard', 'gateway'],
    resendInvitation: ['dashboard', 'gateway'],
    withdrawInvitation: ['dashboard', 'gateway'],
    listReceivedInvitations: ['dashboard', 'gateway'],
    getInvitation: ['dashboard'],
    acceptInvitation: ['dashboard', 'gateway'],
    declineInvitation: ['dashboard', 'gateway'],
    getStanding: ['auth', 'billing', 'usage-ledger'],
  },
  'usage_ledger.v1.UsageLedgerService': {
    listRequests: ['gateway', 'ops', 'dashboard'],
    getRequest: ['gateway'],
    listRecorded: ['ops', 'usage-consumer'],
    listSpend: ['ops', 'dashboard', 'gateway'],
    getSettlement: ['ops'],
    claimIdempotencyKey: ['gateway'],
    releaseClaim: ['gateway'],
    releaseClaims: ['gateway'],
    reportUnsettled: ['gateway'],
    listOutstanding: ['billing', 'ops'],
  },
};
