import * as account from '../account/account.operations.js';
import * as accountUsage from '../management/account-usage.operations.js';
import * as content from '../account/content.operations.js';
import * as contents from '../management/contents.operations.js';
import * as auditLog from '../management/audit-log.operations.js';
import * as erasure from '../management/erasure.operations.js';
import * as exported from '../management/exports.operations.js';
import * as consents from '../management/consents.operations.js';
import * as keys from '../management/keys.operations.js';
import * as privacyRequests from '../management/privacy-requests.operations.js';
import * as profile from '../management/profile.operations.js';
import * as teams from '../management/teams.operations.js';
import * as usageExport from '../account/usage-export.operations.js';
import * as spend from '../management/spend.operations.js';
import * as receipts from '../receipts/receipts.operations.js';
import * as models from '../models/models.operations.js';
import type { Operation } from '../operations/operation.js';

/** All that is routed to a controller under /v1, and what is public beside it. */
export const operations: readonly Operation[] = [
  models.listModels,
  models.getModel,
  account.getKey,
  account.getCredits,
  account.listUsage,
  account.getUsage,
  content.getUsageContent,
  usageExport.exportUsage,
  accountUsage.listAccountUsage,
  accountUsage.exportAccountUsage,
  spend.listSpend,
  keys.listKeys,
  keys.createKey,
  keys.getApiKey,
  keys.updateKey,
  keys.rotateKey,
  keys.disableKey,
  keys.enableKey,
  keys.revokeKey,
  keys.listKeyLimits,
  keys.setKeyLimit,
  keys.removeKeyLimit,
  teams.listTeams,
  teams.createTeam,
  teams.getTeam,
  teams.updateTeam,
  teams.deleteTeam,
  teams.transferTeam,
  teams.listTeamMembers,
  teams.updateTeamMember,
  teams.removeTeamMember,
  teams.listTeamInvitations,
  teams.inviteTeamMember,
  teams.resendTeamInvitation,
  teams.withdrawTeamInvitation,
  teams.listInvitations,
  teams.acceptInvitation,
  teams.declineInvitation,
  profile.getAccount,
  profile.updateAccount,
  consents.listConsents,
  consents.setConsent,
  auditLog.listAuditLog,
  contents.listContents,
  contents.deleteContents,
  contents.deleteContent,
  contents.createSupportGrant,
  contents.listSupportGrants,
  contents.withdrawSupportGrant,
  exported.listExports,
  exported.createExport,
  exported.getExport,
  exported.createExportLink,
  receipts.listReceipts,
  receipts.getReceiptKey,
  erasure.requestErasure,
  erasure.confirmErasure,
  erasure.getErasure,
  erasure.cancelErasure,
  privacyRequests.createPrivacyRequest,
  privacyRequests.listPrivacyRequests,
  privacyRequests.withdrawPrivacyRequest,
];
