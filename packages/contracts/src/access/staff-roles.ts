import type { AuthServiceService } from '../gen/auth/v1/auth.js';
import type { BillingServiceService } from '../gen/billing/v1/billing.js';
import type { ContentServiceService } from '../gen/retention/v1/content.js';
import type { LegalHoldServiceService } from '../gen/retention/v1/legal_holds.js';
import type { ErasureServiceService } from '../gen/retention/v1/erasure.js';
import type { RightsServiceService } from '../gen/retention/v1/rights.js';
import type { Principal } from './principals.js';

/** The roles in which staff runs operators' commands. Each has certificates of its own, named `ops-<role>`. */
export const staffRoles = ['support', 'billing', 'security', 'admin'] as const;
export type StaffRole = (typeof staffRoles)[number];

export function staffPrincipal(role: StaffRole): Principal {
  return `ops-${role}`;
}

/** The role of a member of staff; undefined for a service. */
export function staffRoleOf(principal: string): StaffRole | undefined {
  return staffRoles.find((role) => staffPrincipal(role) === principal);
}

/**
 * What shows an account's money, plan, limits or payments: staff says why, and billing audits it as `staff.accessed` before
 * it answers, by this list.
 */
const accountReads = [
  'getAccountPlan',
  'getAutoRecharge',
  'getCharge',
  'getCredits',
  'getInvoice',
  'getInvoicePdf',
  'getLimits',
  'listInvoices',
  'listPayments',
  'previewPlanChange',
] as const satisfies readonly (keyof typeof BillingServiceService)[];

/** Whether a method of billing shows an account; `method` as the contracts name it. */
export function showsAccount(method: string): boolean {
  return (accountReads as readonly string[]).includes(method);
}

/**
 * What staff must say why it does, and what is audited: every act, and every read that shows a person, their keys, their
 * account or what was done to it.
 * The other methods that roles may call (`rpcCallers`) show nobody: plans, codes, events that wait, and the checks of `verify`,
 * which read figures of all accounts and name one only where its books are wrong.
 */
const reasoned: {
  'auth.v1.AuthService': readonly (keyof typeof AuthServiceService)[];
  'billing.v1.BillingService': readonly (keyof typeof BillingServiceService)[];
  'retention.v1.ContentService': readonly (keyof typeof ContentServiceService)[];
  'retention.v1.LegalHoldService': readonly (keyof typeof LegalHoldServiceService)[];
  'retention.v1.ErasureService': readonly (keyof typeof ErasureServiceService)[];
  'retention.v1.RightsService': readonly (keyof typeof RightsServiceService)[];
} = {
  'auth.v1.AuthService': [
    'createUser',
    'getUser',
    'recordConsents',
    'publishPolicyVersion',
    'listConsents',
    'setConsent',
    'createKey',
    'updateKey',
    'rotateKey',
    'disableKey',
    'enableKey',
    'revokeKey',
    'getKey',
    'listKeys',
    'listAuditEntries',
  ],
  'retention.v1.RightsService': [
    'enterPrivacyRequest',
    'verifyPrivacyRequest',
    'answerPrivacyRequest',
    'listOpenPrivacyRequests',
  ],
  'billing.v1.BillingService': [
    ...accountReads,
    'createAccount',
    'creditAccount',
    'reverseCredit',
    'freezeAccount',
    'unfreezeAccount',
    'grantCredit',
    'correctCharge',
    'createPromoCode',
    'endPromoCode',
    'redeemPromoCode',
    'setPlan',
    'createPlanCheckout',
    'changePlan',
    'getSubscription',
    'cancelSubscription',
    'createPortalSession',
    'setBillingMode',
    'createTopUp',
    'setAutoRecharge',
    'refundPayment',
    'importProviderBill',
    'setLimit',
  ],
  'retention.v1.ContentService': ['listContents', 'getContent'],
  'retention.v1.LegalHoldService': [
    'proposeLegalHold',
    'confirmLegalHold',
    'endLegalHold',
    'listLegalHolds',
  ],
  'retention.v1.ErasureService': ['startErasure', 'listErasures', 'showErasure'],
};

const reasonedPaths = new Set(
  Object.entries(reasoned).flatMap(([service, methods]) =>
    methods.map((method) => `/${service}/${method.charAt(0).toUpperCase()}${method.slice(1)}`),
  ),
);

/** Whether staff has to give a reason with a call; `path` is the method's, such as `/auth.v1.AuthService/CreateKey`. */
export function needsReason(path: string): boolean {
  return reasonedPaths.has(path);
}
