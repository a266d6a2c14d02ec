import type { AuthServiceService } from '../gen/auth/v1/auth.js';
import type { BillingServiceService } from '../gen/billing/v1/billing.js';
import type { ContentServiceService } from '../gen/retention/v1/content.js';
import type { LegalHoldServiceService } from '../gen/retention/v1/legal_holds.js';
import type { ReceiptServiceService } from '../gen/retention/v1/receipts.js';
import type { SupportGrantServiceService } from '../gen/retention/v1/support_grants.js';
import type { ErasureServiceService } from '../gen/retention/v1/erasure.js';
import type { ExportServiceService } from '../gen/retention/v1/export.js';
import type { RightsServiceService } from '../gen/retention/v1/rights.js';
import type { RoutingServiceService } from '../gen/routing/v1/routing.js';
import type { TeamsServiceService } from '../gen/teams/v1/teams.js';
import type { UsageLedgerServiceService } from '../gen/usage_ledger/v1/usage_ledger.js';
import type { Principal } from './principals.js';
import { staffPrincipal, staffRoles } from './staff-roles.js';

/** Plain reads, and the checks of `verify`. */
const allStaff = staffRoles.map(staffPrincipal);

/** Who may call each method of a service; every other caller is answered PERMISSION_DENIED. */
export type MethodCallers<Service> = Readonly<Record<keyof Service, readonly Principal[]>>;

/** Complete by its types: a method without a line does not compile. */
export const rpcCallers: {
  'auth.v1.AuthService': MethodCallers<typeof AuthServiceService>;
  'billing.v1.BillingService': MethodCallers<typeof BillingServiceService>;
  'retention.v1.ContentService': MethodCallers<typeof ContentServiceService>;
  'retention.v1.LegalHoldService': MethodCallers<typeof LegalHoldServiceService>;
  'retention.v1.ReceiptService': MethodCallers<typeof ReceiptServiceService>;
  'retention.v1.SupportGrantService': MethodCallers<typeof SupportGrantServiceService>;
  'retention.v1.ErasureService': MethodCallers<typeof ErasureServiceService>;
  'retention.v1.ExportService': MethodCallers<typeof ExportServiceService>;
  'retention.v1.RightsService': MethodCallers<typeof RightsServiceService>;
  'routing.v1.RoutingService': MethodCallers<typeof RoutingServiceService>;
  'teams.v1.TeamsService': MethodCallers<typeof TeamsServiceService>;
  'usage_ledger.v1.UsageLedgerService': MethodCallers<typeof UsageLedgerServiceService>;
} = {
  'auth.v1.AuthService': {
    createUser: ['ops-admin'],
    getUserNames: ['teams'],
    getUser: [...allStaff, 'dashboard', 'billing', 'teams', 'usage-ledger', 'retention', 'gateway'],
    updateUser: ['dashboard', 'gateway'],
    getCurrentPolicy: ['dashboard', 'retention', ...allStaff],
    listPolicyVersions: ['dashboard', ...allStaff],
    getPolicyVersion: ['dashboard', ...allStaff],
    publishPolicyVersion: ['ops-admin'],
    recordConsents: ['ops-admin', 'dashboard'],
    listConsents: ['ops-admin', 'ops-support', 'dashboard', 'gateway', 'retention'],
    setConsent: ['ops-admin', 'ops-support', 'dashboard', 'gateway', 'retention'],
    listObjectors: ['usage-ledger'],
    restrictProcessing: ['retention'],
    liftRestriction: ['retention'],
    verifySession: ['dashboard'],
    checkSession: ['dashboard'],
    listSessions: ['dashboard'],
    endSession: ['dashboard'],
    holdAccount: ['retention'],
    liftHold: ['retention'],
    closeAccount: ['retention'],
    applyClerkWebhook: ['dashboard'],
    createKey: ['ops-admin', 'dashboard', 'gateway'],
    updateKey: ['ops-admin', 'dashboard', 'gateway'],
    rotateKey: ['ops-admin', 'dashboard', 'gateway'],
    disableKey: ['ops-admin', 'ops-security', 'dashboard', 'gateway'],
    enableKey: ['ops-admin', 'ops-security', 'dashboard', 'gateway'],
    revokeKey: ['ops-admin', 'ops-security', 'dashboard', 'gateway'],
    getKey: [...allStaff, 'dashboard', 'billing', 'gateway'],
    listKeys: ['ops-admin', 'ops-support', 'ops-security', 'dashboard', 'gateway', 'retention'],
    resolveKey: ['gateway', 'ops-admin', 'ops-security'],
    reportLeakedKeys: ['dashboard'],
    claimWrite: ['gateway'],
    endWrite: ['gateway'],
    recordAuditEntry: ['teams', 'retention'],
    listAuditEntries: [
      'ops-admin',
      'ops-support',
      'ops-security',
      'dashboard',
      'gateway',
      'retention',
    ],
    checkAuditLog: [...allStaff],
  },
  'billing.v1.BillingService': {
    createAccount: ['ops-admin'],
    creditAccount: ['ops-admin', 'ops-billing'],
    reverseCredit: ['ops-admin', 'ops-billing'],
    freezeAccount: ['ops-admin', 'ops-billing', 'ops-security'],
    unfreezeAccount: ['ops-admin', 'ops-billing', 'ops-security'],
    grantCredit: ['ops-admin', 'ops-billing'],
    createPromoCode: ['ops-admin', 'ops-billing'],
    getPromoCode: ['ops-admin', 'ops-support', 'ops-billing'],
    endPromoCode: ['ops-admin', 'ops-billing'],
    redeemPromoCode: ['ops-admin', 'ops-billing', 'dashboard'],
    getCredits: ['gateway', 'ops-admin', 'ops-support', 'ops-billing', 'dashboard', 'retention'],
    listPlans: [...allStaff, 'dashboard', 'teams'],
    getAccountPlan: ['ops-admin', 'ops-support', 'ops-billing', 'dashboard', 'retention', 'teams'],
    setPlan: ['ops-admin', 'ops-billing'],
    createPlanCheckout: ['ops-admin', 'ops-billing', 'dashboard'],
    changePlan: ['ops-admin', 'ops-billing', 'dashboard'],
    listUnassignedPayments: ['ops-admin', 'ops-billing', 'ops-support'],
    listClosedBalances: ['ops-admin', 'ops-billing', 'ops-support'],
    getSubscription: ['ops-admin', 'ops-billing', 'ops-support'],
    cancelSubscription: ['ops-admin', 'ops-billing'],
    previewPlanChange: ['ops-admin', 'ops-billing', 'ops-support', 'dashboard'],
    createPortalSession: ['ops-admin', 'ops-billing', 'dashboard'],
    setBillingMode: ['ops-admin', 'ops-billing'],
    createTopUp: ['ops-admin', 'ops-billing', 'dashboard'],
    listInvoices: ['ops-admin', 'ops-billing', 'ops-support', 'dashboard', 'retention'],
    getInvoice: ['ops-admin', 'ops-billing', 'ops-support', 'dashboard', 'retention'],
    getInvoicePdf: ['ops-admin', 'ops-billing', 'ops-support', 'dashboard'],
    getAutoRecharge: ['ops-admin', 'ops-billing', 'ops-support', 'dashboard', 'retention'],
    setAutoRecharge: ['ops-admin', 'ops-billing', 'dashboard'],
    listPayments: ['ops-admin', 'ops-billing', 'ops-support', 'dashboard', 'retention'],
    refundPayment: ['ops-admin', 'ops-billing'],
    applyStripeWebhook: ['dashboard'],
    checkPayments: [...allStaff],
    unsubscribeFromNotices: ['dashboard'],
    getNoticePreferences: ['dashboard', 'retention'],
    setNoticePreferences: ['dashboard'],
    setAccountWebhook: ['dashboard'],
    getAccountWebhook: ['dashboard', 'retention'],
    removeAccountWebhook: ['dashboard'],
    rotateWebhookSecret: ['dashboard'],
    testAccountWebhook: ['dashboard'],
    listWebhookDeliveries: ['dashboard', 'retention'],
    importProviderBill: ['ops-admin', 'ops-billing'],
    listProviderCosts: ['ops-admin', 'ops-billing'],
    listPendingStripeEvents: ['ops-admin', 'ops-billing'],
    setLimit: ['ops-admin', 'ops-billing', 'auth', 'dashboard', 'teams', 'gateway'],
    getLimits: ['gateway', ...allStaff, 'dashboard', 'retention'],
    listMemberLimits: ['gateway', 'dashboard'],
    grantAllowance: ['gateway'],
    renewAllowance: ['gateway'],
    closeAllowance: ['gateway'],
    getCharge: ['ops-support', 'ops-billing', 'ops-admin'],
    correctCharge: ['ops-billing', 'ops-admin'],
    getSettlement: [...allStaff],
    checkInvariants: [...allStaff],
  },
  'retention.v1.ContentService': {
    getSealingKey: ['gateway'],
    storeContents: ['gateway'],
    listContents: ['dashboard', 'gateway', 'ops-support'],
    getContent: ['dashboard', 'gateway', 'ops-support'],
    deleteContents: ['dashboard', 'gateway'],
  },
  'retention.v1.LegalHoldService': {
    proposeLegalHold: ['ops-security', 'ops-admin'],
    confirmLegalHold: ['ops-security', 'ops-admin'],
    endLegalHold: ['ops-security', 'ops-admin'],
    listLegalHolds: ['ops-security', 'ops-admin'],
  },
  'retention.v1.ReceiptService': {
    listReceipts: [...allStaff, 'gateway'],
    getReceiptKey: [...allStaff, 'gateway'],
    checkDeletions: [...allStaff],
  },
  'retention.v1.SupportGrantService': {
    createSupportGrant: ['dashboard', 'gateway'],
    listSupportGrants: ['dashboard', 'gateway'],
    withdrawSupportGrant: ['dashboard', 'gateway'],
  },
  'retention.v1.ErasureService': {
    requestErasure: ['dashboard', 'gateway'],
    confirmErasure: ['dashboard', 'gateway'],
    cancelErasure: ['dashboard', 'gateway'],
    getErasure: ['dashboard', 'gateway'],
    startErasure: ['ops-admin', 'ops-security'],
    listErasures: ['ops-admin', 'ops-security', 'ops-support'],
    showErasure: ['ops-admin', 'ops-security', 'ops-support'],
  },
  'retention.v1.ExportService': {
    createExport: ['gateway', 'dashboard'],
    listExports: ['gateway', 'dashboard'],
    getExport: ['gateway', 'dashboard'],
    createDownloadToken: ['gateway', 'dashboard'],
    downloadExport: ['gateway', 'dashboard'],
  },
  'retention.v1.RightsService': {
    createPrivacyRequest: ['dashboard', 'gateway'],
    listPrivacyRequests: ['dashboard', 'gateway'],
    withdrawPrivacyRequest: ['dashboard', 'gateway'],
    enterPrivacyRequest: ['ops-admin', 'ops-support'],
    verifyPrivacyRequest: ['ops-admin', 'ops-support'],
    answerPrivacyRequest: ['ops-admin', 'ops-support'],
    listOpenPrivacyRequests: ['ops-admin', 'ops-support'],
  },
  'routing.v1.RoutingService': {
    getSnapshot: ['auth', 'teams', 'dashboard', ...allStaff],
    watchSnapshots: ['gateway'],
    reportEndpoints: ['gateway'],
  },
  'teams.v1.TeamsService': {
    createTeam: ['dashboard', 'gateway'],
    getTeam: ['dashboard', 'gateway'],
    listTeams: ['dashboard', 'gateway', 'retention'],
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
    listReceivedInvitations: ['dashboard', 'gateway', 'retention'],
    getInvitation: ['dashboard'],
    acceptInvitation: ['dashboard', 'gateway'],
    declineInvitation: ['dashboard', 'gateway'],
    getStanding: ['auth', 'billing', 'usage-ledger', 'retention'],
    getAccountOwner: ['auth', 'billing'],
  },
  'usage_ledger.v1.UsageLedgerService': {
    listRequests: ['gateway', 'dashboard'],
    getRequest: ['gateway'],
    exportUsage: ['gateway', 'dashboard', 'retention'],
    listRecorded: [...allStaff, 'usage-consumer'],
    listProviderUsage: ['billing'],
    listSpend: ['dashboard', 'gateway'],
    getUsageSeries: ['dashboard'],
    getSettlement: [...allStaff],
    claimIdempotencyKey: ['gateway'],
    releaseClaim: ['gateway'],
    releaseClaims: ['gateway'],
    reportUnsettled: ['gateway'],
    listOutstanding: ['billing', ...allStaff],
    getServiceStatistics: ['dashboard'],
  },
};
