import type { AuthServiceService } from '../gen/auth/v1/auth.js';
import type { BillingServiceService } from '../gen/billing/v1/billing.js';
import type { RoutingServiceService } from '../gen/routing/v1/routing.js';
import type { UsageLedgerServiceService } from '../gen/usage_ledger/v1/usage_ledger.js';
import type { Principal } from './principals.js';

/** Who may call each method of a service; every other caller is answered PERMISSION_DENIED. */
export type MethodCallers<Service> = Readonly<Record<keyof Service, readonly Principal[]>>;

/** Complete by its types: a method without a line does not compile. */
export const rpcCallers: {
  'auth.v1.AuthService': MethodCallers<typeof AuthServiceService>;
  'billing.v1.BillingService': MethodCallers<typeof BillingServiceService>;
  'routing.v1.RoutingService': MethodCallers<typeof RoutingServiceService>;
  'usage_ledger.v1.UsageLedgerService': MethodCallers<typeof UsageLedgerServiceService>;
} = {
  'auth.v1.AuthService': {
    createUser: ['ops'],
    getUser: ['dashboard', 'ops'],
    updateUser: ['dashboard'],
    getCurrentPolicy: ['dashboard', 'ops'],
    recordConsents: ['dashboard', 'ops'],
    verifySession: ['dashboard'],
    applyClerkWebhook: ['dashboard'],
    createKey: ['ops'],
    revokeKey: ['ops'],
    getKey: ['ops'],
    listKeys: ['ops'],
    resolveKey: ['gateway', 'ops'],
    recordAuditEntry: ['teams', 'billing'],
    listAuditEntries: ['dashboard', 'ops'],
    checkAuditLog: ['ops'],
  },
  'billing.v1.BillingService': {
    createAccount: ['ops'],
    creditAccount: ['ops'],
    reverseCredit: ['ops'],
    getCredits: ['gateway', 'ops'],
    setLimit: ['ops'],
    getLimits: ['gateway', 'ops'],
    grantAllowance: ['gateway'],
    renewAllowance: ['gateway'],
    closeAllowance: ['gateway'],
    getCharge: ['ops'],
    getSettlement: ['ops'],
    checkInvariants: ['ops'],
  },
  'routing.v1.RoutingService': {
    getSnapshot: ['ops'],
    watchSnapshots: ['gateway'],
    reportEndpoints: ['gateway'],
  },
  'usage_ledger.v1.UsageLedgerService': {
    listRequests: ['gateway', 'ops'],
    getRequest: ['gateway'],
    listRecorded: ['ops', 'usage-consumer'],
    listSpend: ['ops'],
    getSettlement: ['ops'],
    claimIdempotencyKey: ['gateway'],
    releaseClaim: ['gateway'],
    releaseClaims: ['gateway'],
    reportUnsettled: ['gateway'],
    listOutstanding: ['billing', 'ops'],
  },
};
