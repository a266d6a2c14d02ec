import { accountClosedBalances } from './account-closed-balances.js';
import { accountCreate } from './account-create.js';
import { accountCredit } from './account-credit.js';
import { creditGrant } from './credit/credit-grant.js';
import { promoCreate, promoEnd, promoShow } from './credit/promo-codes.js';
import { accountFreeze, accountUnfreeze } from './account-freeze.js';
import { chargeCorrect, chargeShow } from './charges/charges.js';
import { keyCreate } from './keys/key-create.js';
import { keyDisable, keyEnable } from './keys/key-disable.js';
import { keyRotate } from './keys/key-rotate.js';
import { keyShow } from './keys/key-show.js';
import { keyUpdate } from './keys/key-update.js';
import { keyRevoke } from './keys/key-revoke.js';
import { limitSet } from './limits/limit-set.js';
import { limitShow } from './limits/limit-show.js';
import { paymentList } from './payments/payment-list.js';
import { paymentRefund } from './payments/payment-refund.js';
import { providerBillImport } from './provider-costs/provider-bill-import.js';
import { providerCostList } from './provider-costs/provider-cost-list.js';
import { receiptKey, receiptList } from './receipts/receipts.js';
import { paymentUnassigned } from './payments/payment-unassigned.js';
import { stripeEventList } from './payments/stripe-event-list.js';
import { topUpCreate } from './payments/top-up-create.js';
import { billingModeSet } from './plans/billing-mode-set.js';
import { planList } from './plans/plan-list.js';
import { planSet } from './plans/plan-set.js';
import { planShow } from './plans/plan-show.js';
import { consentList, consentSet } from './privacy/consents.js';
import { contentList, contentShow } from './privacy/contents.js';
import {
  legalHoldConfirm,
  legalHoldEnd,
  legalHoldList,
  legalHoldPropose,
} from './privacy/legal-holds.js';
import { erasureList, erasureShow, erasureStart } from './privacy/erasures.js';
import {
  privacyRequestAnswer,
  privacyRequestCreate,
  privacyRequestList,
  privacyRequestVerify,
} from './privacy/privacy-requests.js';
import { policyList, policyPublish } from './privacy/policies.js';
import { subscriptionCancel } from './subscriptions/subscription-cancel.js';
import { subscriptionChange } from './subscriptions/subscription-change.js';
import { subscriptionShow } from './subscriptions/subscription-show.js';
import type { OpsCommand } from './ops-command.js';

/** Every command by the words that call it. */
export const commands: Record<string, OpsCommand> = {
  'account closed-balances': accountClosedBalances,
  'account create': accountCreate,
  'account credit': accountCredit,
  'account freeze': accountFreeze,
  'account unfreeze': accountUnfreeze,
  'charge show': chargeShow,
  'charge correct': chargeCorrect,
  'credit grant': creditGrant,
  'promo create': promoCreate,
  'promo show': promoShow,
  'promo end': promoEnd,
  'billing-mode set': billingModeSet,
  'top-up create': topUpCreate,
  'payment list': paymentList,
  'payment refund': paymentRefund,
  'provider-bill import': providerBillImport,
  'provider-cost list': providerCostList,
  'payment unassigned': paymentUnassigned,
  'stripe-event list': stripeEventList,
  'receipt list': receiptList,
  'receipt key': receiptKey,
  'plan list': planList,
  'plan show': planShow,
  'plan set': planSet,
  'consent list': consentList,
  'consent set': consentSet,
  'policy list': policyList,
  'policy publish': policyPublish,
  'privacy-request create': privacyRequestCreate,
  'privacy-request list': privacyRequestList,
  'privacy-request verify': privacyRequestVerify,
  'privacy-request answer': privacyRequestAnswer,
  'content list': contentList,
  'content show': contentShow,
  'legal-hold list': legalHoldList,
  'legal-hold propose': legalHoldPropose,
  'legal-hold confirm': legalHoldConfirm,
  'legal-hold end': legalHoldEnd,
  'erasure list': erasureList,
  'erasure show': erasureShow,
  'erasure start': erasureStart,
  'subscription show': subscriptionShow,
  'subscription change': subscriptionChange,
  'subscription cancel': subscriptionCancel,
  'key create': keyCreate,
  'key show': keyShow,
  'key update': keyUpdate,
  'key rotate': keyRotate,
  'key disable': keyDisable,
  'key enable': keyEnable,
  'key revoke': keyRevoke,
  'limit set': limitSet,
  'limit show': limitShow,
};
