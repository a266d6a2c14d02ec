import type { AuthServiceService } from '../gen/auth/v1/auth.js';
import type { BillingServiceService } from '../gen/billing/v1/billing.js';
import type { ContentServiceService } from '../gen/retention/v1/content.js';
import type { SupportGrantServiceService } from '../gen/retention/v1/support_grants.js';
import type { ErasureServiceService } from '../gen/retention/v1/erasure.js';
import type { ExportServiceService } from '../gen/retention/v1/export.js';
import type { RightsServiceService } from '../gen/retention/v1/rights.js';
import type { TeamsServiceService } from '../gen/teams/v1/teams.js';
import type { UsageLedgerServiceService } from '../gen/usage_ledger/v1/usage_ledger.js';
import type { Principal } from './principals.js';

/** What a person is to the thing that a call is about; whoever is nothing to it does not learn that it exists. */
export type Relation = 'self' | 'owner' | 'admin' | 'member';

/** All of the thing, or only what is the person's own in it. */
export type Reach = 'all' | 'own';

export interface PersonRule {
  /**
   * What the call is about. `self`: nothing but the person who calls. `account`: their own billing account, or that
   * of a team. `key`: as the account that it is made under, and `own` is what they have made.
   */
  readonly object: 'self' | 'account' | 'team' | 'key';
  /** A reading answers whoever may not have it as if there were nothing; an act tells a member why not. */
  readonly kind: 'reading' | 'act';
  readonly may: Readonly<Partial<Record<Relation, Reach>>>;
}

/** The methods of a service that a person stands behind: their requests have an `actor_user_id`. */
type PersonMethod<Service> = {
  [Name in keyof Service]: Service[Name] extends { requestSerialize: (request: infer Q) => unknown }
    ? 'actorUserId' extends keyof Q
      ? Name
      : never
    : never;
}[keyof Service];

type Rules<Service> = Readonly<Record<PersonMethod<Service>, PersonRule>>;

const anyone = { self: 'all' } as const;
const owner = { owner: 'all' } as const;
const leads = { owner: 'all', admin: 'all' } as const;
const members = { ...leads, member: 'all' } as const;
const leadsElseOwn = { ...leads, member: 'own' } as const;
/** As a secret, which is shown to who made the key, and to nobody who leads them. */
const own = { owner: 'own', admin: 'own', member: 'own' } as const;

/** Complete by its types: a method with an `actor_user_id` and without a rule does not compile. */
export const personRules: {
  'auth.v1.AuthService': Rules<typeof AuthServiceService>;
  'billing.v1.BillingService': Rules<typeof BillingServiceService>;
  'retention.v1.ContentService': Rules<typeof ContentServiceService>;
  'retention.v1.SupportGrantService': Rules<typeof SupportGrantServiceService>;
  'retention.v1.ErasureService': Rules<typeof ErasureServiceService>;
  'retention.v1.ExportService': Rules<typeof ExportServiceService>;
  'retention.v1.RightsService': Rules<typeof RightsServiceService>;
  'teams.v1.TeamsService': Rules<typeof TeamsServiceService>;
  'usage_ledger.v1.UsageLedgerService': Rules<typeof UsageLedgerServiceService>;
} = {
  'auth.v1.AuthService': {
    getUser: { object: 'self', kind: 'reading', may: anyone },
    updateUser: { object: 'self', kind: 'act', may: anyone },
    recordConsents: { object: 'self', kind: 'act', may: anyone },
    listConsents: { object: 'self', kind: 'reading', may: anyone },
    setConsent: { object: 'self', kind: 'act', may: anyone },
    listSessions: { object: 'self', kind: 'reading', may: anyone },
    endSession: { object: 'self', kind: 'act', may: anyone },
    createKey: { object: 'account', kind: 'act', may: { ...anyone, ...members } },
    updateKey: { object: 'key', kind: 'act', may: { ...anyone, ...leadsElseOwn } },
    rotateKey: { object: 'key', kind: 'act', may: { ...anyone, ...own } },
    disableKey: { object: 'key', kind: 'act', may: { ...anyone, ...leadsElseOwn } },
    enableKey: { object: 'key', kind: 'act', may: { ...anyone, ...leadsElseOwn } },
    revokeKey: { object: 'key', kind: 'act', may: { ...anyone, ...leadsElseOwn } },
    getKey: { object: 'key', kind: 'reading', may: { ...anyone, ...leadsElseOwn } },
    listKeys: { object: 'account', kind: 'reading', may: { ...anyone, ...leadsElseOwn } },
    listAuditEntries: { object: 'account', kind: 'reading', may: { ...anyone, ...leads } },
  },
  'billing.v1.BillingService': {
    getCredits: { object: 'account', kind: 'reading', may: { ...anyone, ...leads } },
    redeemPromoCode: { object: 'account', kind: 'act', may: { ...anyone, ...leads } },
    createPlanCheckout: { object: 'account', kind: 'act', may: { ...anyone, ...leads } },
    changePlan: { object: 'account', kind: 'act', may: { ...anyone, ...leads } },
    previewPlanChange: { object: 'account', kind: 'reading', may: { ...anyone, ...leads } },
    createPortalSession: { object: 'account', kind: 'act', may: { ...anyone, ...leads } },
    getAccountPlan: { object: 'account', kind: 'reading', may: { ...anyone, ...leads } },
    createTopUp: { object: 'account', kind: 'act', may: { ...anyone, ...leads } },
    listInvoices: { object: 'account', kind: 'reading', may: { ...anyone, ...leads } },
    getInvoice: { object: 'account', kind: 'reading', may: { ...anyone, ...leads } },
    getInvoicePdf: { object: 'account', kind: 'reading', may: { ...anyone, ...leads } },
    getAutoRecharge: { object: 'account', kind: 'reading', may: { ...anyone, ...leads } },
    setAutoRecharge: { object: 'account', kind: 'act', may: { ...anyone, ...leads } },
    listPayments: { object: 'account', kind: 'reading', may: { ...anyone, ...leads } },
    getNoticePreferences: {
      object: 'account',
      kind: 'reading',
      may: { ...anyone, ...leadsElseOwn },
    },
    setNoticePreferences: { object: 'account', kind: 'act', may: { ...anyone, ...leadsElseOwn } },
    setAccountWebhook: { object: 'account', kind: 'act', may: { ...anyone, ...leads } },
    getAccountWebhook: { object: 'account', kind: 'reading', may: { ...anyone, ...leads } },
    removeAccountWebhook: { object: 'account', kind: 'act', may: { ...anyone, ...leads } },
    rotateWebhookSecret: { object: 'account', kind: 'act', may: { ...anyone, ...leads } },
    testAccountWebhook: { object: 'account', kind: 'act', may: { ...anyone, ...leads } },
    listWebhookDeliveries: { object: 'account', kind: 'reading', may: { ...anyone, ...leads } },
    setLimit: { object: 'account', kind: 'act', may: { ...anyone, ...leads } },
    getLimits: { object: 'account', kind: 'reading', may: { ...anyone, ...leadsElseOwn } },
    listMemberLimits: { object: 'account', kind: 'reading', may: { ...anyone, ...leadsElseOwn } },
  },
  // Content is nobody's but its author's, whoever pays and leads.
  'retention.v1.ContentService': {
    listContents: { object: 'self', kind: 'reading', may: anyone },
    getContent: { object: 'self', kind: 'reading', may: anyone },
    deleteContents: { object: 'self', kind: 'act', may: anyone },
  },
  'retention.v1.SupportGrantService': {
    createSupportGrant: { object: 'self', kind: 'act', may: anyone },
    listSupportGrants: { object: 'self', kind: 'reading', may: anyone },
    withdrawSupportGrant: { object: 'self', kind: 'act', may: anyone },
  },
  'retention.v1.ErasureService': {
    requestErasure: { object: 'self', kind: 'act', may: anyone },
    confirmErasure: { object: 'self', kind: 'act', may: anyone },
    cancelErasure: { object: 'self', kind: 'act', may: anyone },
    getErasure: { object: 'self', kind: 'reading', may: anyone },
  },
  // Everything of one person, and of nobody else: a team's account has no export.
  'retention.v1.ExportService': {
    createExport: { object: 'account', kind: 'reading', may: anyone },
    listExports: { object: 'account', kind: 'reading', may: anyone },
    getExport: { object: 'account', kind: 'reading', may: anyone },
    createDownloadToken: { object: 'account', kind: 'reading', may: anyone },
  },
  'retention.v1.RightsService': {
    createPrivacyRequest: { object: 'self', kind: 'act', may: anyone },
    listPrivacyRequests: { object: 'self', kind: 'reading', may: anyone },
    withdrawPrivacyRequest: { object: 'self', kind: 'act', may: anyone },
  },
  'teams.v1.TeamsService': {
    createTeam: { object: 'self', kind: 'act', may: anyone },
    getTeam: { object: 'team', kind: 'reading', may: members },
    listTeams: { object: 'self', kind: 'reading', may: anyone },
    renameTeam: { object: 'team', kind: 'act', may: leads },
    deleteTeam: { object: 'team', kind: 'act', may: owner },
    changeTeamSettings: { object: 'team', kind: 'act', may: leads },
    transferOwnership: { object: 'team', kind: 'act', may: owner },
    listMembers: { object: 'team', kind: 'reading', may: leadsElseOwn },
    changeMemberRole: { object: 'team', kind: 'act', may: owner },
    removeMember: { object: 'team', kind: 'act', may: leads },
    leaveTeam: { object: 'team', kind: 'act', may: members },
    setMemberLimit: { object: 'team', kind: 'act', may: leads },
    inviteMember: { object: 'team', kind: 'act', may: leads },
    listInvitations: { object: 'team', kind: 'reading', may: leads },
    resendInvitation: { object: 'team', kind: 'act', may: leads },
    withdrawInvitation: { object: 'team', kind: 'act', may: leads },
    listReceivedInvitations: { object: 'self', kind: 'reading', may: anyone },
    getInvitation: { object: 'self', kind: 'reading', may: anyone },
    acceptInvitation: { object: 'self', kind: 'act', may: anyone },
    declineInvitation: { object: 'self', kind: 'act', may: anyone },
  },
  'usage_ledger.v1.UsageLedgerService': {
    // Single requests are nobody's but their author's, in a team too; its owner and admins have the sums.
    listRequests: { object: 'account', kind: 'reading', may: { ...anyone, ...own } },
    exportUsage: { object: 'account', kind: 'reading', may: { ...anyone, ...own } },
    listSpend: { object: 'account', kind: 'reading', may: { ...anyone, ...leadsElseOwn } },
    getUsageSeries: { object: 'account', kind: 'reading', may: { ...anyone, ...leadsElseOwn } },
  },
};

/**
 * Callers behind whom there is a person, in every method or in those named: there each call of theirs must name the
 * person. A management key, which the gateway passes on, acts for who made it.
 */
export const callersForPeople: Readonly<Partial<Record<Principal, 'every' | readonly string[]>>> = {
  dashboard: 'every',
  gateway: [
    'createKey',
    'updateKey',
    'rotateKey',
    'disableKey',
    'enableKey',
    'revokeKey',
    'getKey',
    'listKeys',
    'updateUser',
    'listConsents',
    'createPrivacyRequest',
    'listPrivacyRequests',
    'withdrawPrivacyRequest',
    'setConsent',
    'listAuditEntries',
    'setLimit',
    'listMemberLimits',
    'listSpend',
    'listContents',
    'getContent',
    'deleteContents',
    'createSupportGrant',
    'listSupportGrants',
    'withdrawSupportGrant',
    'requestErasure',
    'confirmErasure',
    'cancelErasure',
    'getErasure',
    'createExport',
    'listExports',
    'getExport',
    'createDownloadToken',
  ],
  retention: [
    'listConsents',
    'listKeys',
    'listAuditEntries',
    'getCredits',
    'getAccountPlan',
    'getLimits',
    'getNoticePreferences',
    'getAutoRecharge',
    'getAccountWebhook',
    'listWebhookDeliveries',
    'listPayments',
    'listInvoices',
    'getInvoice',
    'listTeams',
    'listReceivedInvitations',
    'exportUsage',
  ],
};

/** What they may call that no person stands behind yet, or that is the same for everyone. */
export const withoutPerson: readonly string[] = [
  'auth.v1.AuthService/getCurrentPolicy',
  'auth.v1.AuthService/listPolicyVersions',
  'auth.v1.AuthService/getPolicyVersion',
  'auth.v1.AuthService/verifySession',
  'auth.v1.AuthService/checkSession',
  'auth.v1.AuthService/applyClerkWebhook',
  'auth.v1.AuthService/reportLeakedKeys',
  // Its token is the right, and was given to a person.
  'retention.v1.ExportService/downloadExport',
  'usage_ledger.v1.UsageLedgerService/getServiceStatistics',
  'billing.v1.BillingService/listPlans',
  'billing.v1.BillingService/applyStripeWebhook',
  'billing.v1.BillingService/unsubscribeFromNotices',
];
