import { randomUUID } from 'node:crypto';
import { newId } from '@modelbridge/contracts';
import { ConsentPurpose, ConsentSource, type User, KeyScope } from '@modelbridge/contracts/auth.v1';
import { LimitPeriod, LimitScope } from '@modelbridge/contracts/billing.v1';
import { KeyMakers, TeamRole } from '@modelbridge/contracts/teams.v1';
import {
  SpendGranularity,
  SpendGroup,
  UsageExportFormat,
  UsageGranularity,
  UsageGroup,
} from '@modelbridge/contracts/usage_ledger.v1';
import { keyOf, letAnybodyJoin, teamOf, type Company } from './people.js';
import type { Services } from './services.js';

/** What a call is about: something of the person who calls, of their team, of a team that they are not in, or nothing. */
export const objects = ['own', "team's", "other team's", 'nothing'] as const;
export type CallObject = (typeof objects)[number];

/** The things that a call can be about, as one person finds them. */
export interface Setting {
  services: Services;
  self: User;
  object: CallObject;
  company: Company;
  other: Company;
}

/** By the method: a request about the object; undefined where there is no such object. It changes nothing that others need. */
export type Call = (setting: Setting) => object | undefined | Promise<object | undefined>;

const month = { from: new Date('2026-01-01'), to: new Date('2026-02-01') };

const firstPage = { limit: 0, cursor: '' };

const companyOf = ({ object, company, other }: Setting): Company =>
  object === "team's" ? company : other;

const accountOf = (setting: Setting): string => {
  if (setting.object === 'nothing') return newId('account');
  return setting.object === 'own' ? setting.self.accountId : companyOf(setting).team.accountId;
};

/** Of somebody else, where it is not one's own. */
const userOf = (setting: Setting): string => {
  const { object, self } = setting;
  if (object === 'nothing') return newId('user');
  const { owner, admin } = companyOf(setting).people;
  return object === 'own' ? self.userId : (owner.userId === self.userId ? admin : owner).userId;
};

const teamIdOf = (setting: Setting): string =>
  setting.object === 'nothing' ? newId('team') : companyOf(setting).team.teamId;

const about = (more: (setting: Setting) => object) => (setting: Setting) => ({
  accountId: accountOf(setting),
  ...more(setting),
});

/** What is one's own of a team is the team. */
const ofTeam =
  (more: () => object = () => ({})): Call =>
  (setting) =>
    setting.object === 'own' ? undefined : { teamId: teamIdOf(setting), ...more() };

/** The same; where it is let through, of a team that nobody else needs. */
const ofFreshTeam: Call = async (setting) => {
  const { services, self, object, company } = setting;
  const { owner, admin, member } = company.people;
  if (object !== "team's" || ![owner, admin, member].includes(self)) return ofTeam()(setting);
  return { teamId: (await teamOf(services, company.people)).teamId };
};

const ofSelf: Call = ({ object }) => (object === 'own' ? {} : undefined);

/** Made once for each name: what calls find and leave as it is. */
const kept = new Map<string, Promise<string>>();

function once(name: string, make: () => Promise<string>): Promise<string> {
  const made = kept.get(name) ?? make();
  kept.set(name, made);
  return made;
}

/** A key that the person has made on their own account, or one that an admin has made on the team's. */
const ofKey: Call = async (setting) => {
  const { services, object } = setting;
  if (object === 'nothing') return { keyId: newId('key') };
  const accountId = accountOf(setting);
  const maker = object === 'own' ? setting.self : companyOf(setting).people.admin;
  return {
    keyId: await once(accountId, async () => (await keyOf(services, maker, accountId)).keyId),
  };
};

/** An invitation to the person, or one of the team to somebody else. */
const ofInvitation =
  (takesUp: boolean): Call =>
  async (setting) => {
    const { services, self, object, other } = setting;
    if (object === 'nothing') return { invitationId: newId('invitation') };
    if (object !== 'own') {
      const { team, people } = companyOf(setting);
      const invite = () => invited(services, people.owner, team.teamId, `${team.teamId}@x.example`);
      return { invitationId: await once(`${team.teamId} invites`, invite) };
    }
    const host = other.people.stranger;
    const teamId = await once('host', async () => {
      const teams = services.clients['teams.v1.TeamsService'];
      const { team } = await teams.createTeam({ actorUserId: host.userId, name: 'host' });
      if (team === undefined) throw new Error('no team');
      await letAnybodyJoin(services, team);
      return team.teamId;
    });
    const name = `${self.userId} is invited`;
    const invitationId = await once(name, () => invited(services, host, teamId, self.email));
    if (takesUp) kept.delete(name);
    return { invitationId };
  };

/** A content of the person's own, or one that another member has said on the team's account. */
const ofContent: Call = async (setting) => {
  const { services, object, self } = setting;
  if (object === 'nothing') return { requestId: newId('request') };
  const [userId, accountId] = [userOf(setting), accountOf(setting)];
  return {
    requestId: await once(`${userId} said ${accountId} ${object}`, () =>
      services.say(object === 'own' ? self.userId : userId, accountId),
    ),
  };
};

/** A support grant that the person has given, or that another member has. */
const ofSupportGrant: Call = async (setting) => {
  if (setting.object === 'nothing') return { grantId: newId('supportGrant') };
  const actorUserId = userOf(setting);
  const grants = setting.services.clients['retention.v1.SupportGrantService'];
  const grantId = await once(`${actorUserId} grants`, async () => {
    const { grant } = await grants.createSupportGrant({ actorUserId, ...someRequest() });
    return grant?.grantId ?? '';
  });
  return { grantId };
};

const someRequest = () => ({
  requestIds: [newId('request')],
  from: undefined,
  to: undefined,
  expiresAt: undefined,
});

async function invited(
  services: Services,
  by: User,
  teamId: string,
  email: string,
): Promise<string> {
  const { invitation } = await services.clients['teams.v1.TeamsService'].inviteMember({
    actorUserId: by.userId,
    teamId,
    email,
    role: TeamRole.MEMBER,
  });
  return invitation?.invitationId ?? '';
}

const noMember = newId('user');
const settings = { allowedModels: [], neverStoredOnly: false, keyMakers: KeyMakers.MEMBERS };

/** One for each method that a person stands behind: a method without one fails the test. */
export const calls: Readonly<Record<string, Call>> = {
  'auth.v1.AuthService/getUser': (s) => ({ userId: userOf(s) }),
  'auth.v1.AuthService/updateUser': (s) => ({ userId: userOf(s), name: 'Q' }),
  'auth.v1.AuthService/recordConsents': async (s) => ({
    userId: userOf(s),
    ...(await s.services.operator.getCurrentPolicy({})),
    termsAccepted: true,
    isAdult: true,
    source: ConsentSource.PERSON,
  }),
  'auth.v1.AuthService/listConsents': (s) => ({ userId: userOf(s) }),
  'auth.v1.AuthService/setConsent': (s) => ({
    userId: userOf(s),
    purpose: ConsentPurpose.PRODUCT_NEWS,
    given: false,
  }),
  'auth.v1.AuthService/listSessions': ofSelf,
  'auth.v1.AuthService/endSession': (s) => ofSelf(s) && { sessionId: 'sess_nobody' },
  'auth.v1.AuthService/createKey': about(({ self }) => ({
    userId: self.userId,
    name: randomUUID(),
    scope: KeyScope.INFERENCE,
    isTest: false,
  })),
  'auth.v1.AuthService/updateKey': async (s) => ({ ...(await ofKey(s)), removesExpiry: true }),
  'auth.v1.AuthService/rotateKey': async (s) => ({ ...(await ofKey(s)), graceSeconds: 0 }),
  'auth.v1.AuthService/disableKey': ofKey,
  'auth.v1.AuthService/enableKey': ofKey,
  'auth.v1.AuthService/revokeKey': ofKey,
  'auth.v1.AuthService/getKey': ofKey,
  'auth.v1.AuthService/listKeys': about(() => firstPage),
  'auth.v1.AuthService/listAuditEntries': (s) => ({ log: accountOf(s), ...firstPage }),
  'billing.v1.BillingService/getCredits': about(() => ({})),
  // There is no such code, which is found once the person may.
  'billing.v1.BillingService/redeemPromoCode': about(() => ({ code: 'NO-SUCH-CODE' })),
  // Free is no plan to subscribe to, which is found once the person may: Stripe is not asked.
  'billing.v1.BillingService/createPlanCheckout': about(() => ({
    plan: 'free',
    idempotencyKey: 'visibility',
  })),
  'billing.v1.BillingService/changePlan': about(() => ({ plan: 'pro' })),
  'billing.v1.BillingService/previewPlanChange': about(() => ({ plan: 'pro' })),
  'billing.v1.BillingService/createPortalSession': about(() => ({})),
  'billing.v1.BillingService/getAccountPlan': about(() => ({})),
  // Too little, which is found once the person may: Stripe is not asked.
  'billing.v1.BillingService/createTopUp': about(() => ({
    amountNanoUsd: 1n,
    idempotencyKey: 'visibility',
    saveCard: false,
  })),
  'billing.v1.BillingService/listInvoices': about(() => ({ limit: 0, beforeMonth: '' })),
  'billing.v1.BillingService/getInvoice': about(() => ({ invoiceId: newId('invoice') })),
  'billing.v1.BillingService/getInvoicePdf': about(() => ({ invoiceId: newId('invoice') })),
  'billing.v1.BillingService/getAutoRecharge': about(() => ({})),
  'billing.v1.BillingService/setAutoRecharge': about(() => ({
    enabled: false,
    belowNanoUsd: 1n,
    amountNanoUsd: 5_000_000_000n,
    dailyCapNanoUsd: 5_000_000_000n,
  })),
  'billing.v1.BillingService/listPayments': about(() => ({ limit: 0, beforeTransactionId: '' })),
  'billing.v1.BillingService/getNoticePreferences': about(() => ({})),
  'billing.v1.BillingService/setNoticePreferences': about(() => ({
    preferences: { unsubscribedKinds: [] },
  })),
  'billing.v1.BillingService/setAccountWebhook': about(() => ({ url: 'http://nowhere' })),
  'billing.v1.BillingService/getAccountWebhook': about(() => ({})),
  'billing.v1.BillingService/removeAccountWebhook': about(() => ({})),
  'billing.v1.BillingService/rotateWebhookSecret': about(() => ({})),
  'billing.v1.BillingService/testAccountWebhook': about(() => ({})),
  'billing.v1.BillingService/listWebhookDeliveries': about(() => ({
    limit: 0,
    beforeDeliveryId: '',
  })),
  'billing.v1.BillingService/setLimit': about(() => ({
    scope: LimitScope.ACCOUNT,
    period: LimitPeriod.MONTH,
    scopeId: '',
    limitNanoUsd: 1_000n,
  })),
  'billing.v1.BillingService/getLimits': async (s) => ({
    accountId: accountOf(s),
    userId: s.self.userId,
    ...(await ofKey({ ...s, object: 'own' })),
  }),
  'billing.v1.BillingService/listMemberLimits': about(({ self }) => ({ userIds: [self.userId] })),
  'retention.v1.ContentService/listContents': (s) => ofSelf(s) && { limit: 0, cursor: '' },
  'retention.v1.ContentService/getContent': ofContent,
  'retention.v1.ContentService/deleteContents': (s) =>
    ofSelf(s) && { ...someRequest(), everything: false },
  'retention.v1.SupportGrantService/createSupportGrant': (s) => ofSelf(s) && someRequest(),
  'retention.v1.SupportGrantService/listSupportGrants': ofSelf,
  'retention.v1.SupportGrantService/withdrawSupportGrant': ofSupportGrant,
  'retention.v1.ErasureService/requestErasure': ofSelf,
  'retention.v1.ErasureService/confirmErasure': (s) => ofSelf(s) && { code: 'NOTTHE0NE1' },
  'retention.v1.ErasureService/getErasure': ofSelf,
  'retention.v1.ErasureService/cancelErasure': ofSelf,
  'retention.v1.ExportService/createExport': about(() => ({})),
  'retention.v1.ExportService/listExports': about(() => ({})),
  'retention.v1.ExportService/getExport': about(() => ({ exportId: newId('export') })),
  'retention.v1.ExportService/createDownloadToken': about(() => ({ exportId: newId('export') })),
  'retention.v1.RightsService/createPrivacyRequest': (s) =>
    ofSelf(s) && { kind: 'access', purpose: '' },
  'retention.v1.RightsService/listPrivacyRequests': ofSelf,
  'retention.v1.RightsService/withdrawPrivacyRequest': async (s) => {
    if (s.object === 'nothing') return { requestId: newId('privacyRequest') };
    const by = s.object === 'own' ? s.self : companyOf(s).people.owner;
    if (s.object !== 'own' && by.userId === s.self.userId) return undefined;
    const rights = s.services.clients['retention.v1.RightsService'];
    const asked = { actorUserId: by.userId, kind: 'access', purpose: '' };
    const { request } = await rights.createPrivacyRequest(asked);
    return { requestId: request?.requestId ?? '' };
  },
  'teams.v1.TeamsService/createTeam': (s) => ofSelf(s) && { name: randomUUID() },
  'teams.v1.TeamsService/getTeam': ofTeam(),
  'teams.v1.TeamsService/listTeams': (s) => ofSelf(s) && { ...firstPage },
  'teams.v1.TeamsService/renameTeam': ofTeam(() => ({ name: randomUUID() })),
  'teams.v1.TeamsService/deleteTeam': ofFreshTeam,
  'teams.v1.TeamsService/changeTeamSettings': ofTeam(() => ({ settings })),
  'teams.v1.TeamsService/transferOwnership': ofTeam(() => ({ userId: noMember })),
  'teams.v1.TeamsService/listMembers': ofTeam(() => firstPage),
  'teams.v1.TeamsService/changeMemberRole': ofTeam(() => ({
    userId: noMember,
    role: TeamRole.MEMBER,
  })),
  'teams.v1.TeamsService/removeMember': ofTeam(() => ({ userId: noMember })),
  'teams.v1.TeamsService/leaveTeam': ofFreshTeam,
  'teams.v1.TeamsService/setMemberLimit': ofTeam(() => ({ userId: noMember })),
  'teams.v1.TeamsService/inviteMember': ofTeam(() => ({
    email: `${randomUUID()}@example.com`,
    role: TeamRole.MEMBER,
  })),
  'teams.v1.TeamsService/listInvitations': ofTeam(() => firstPage),
  'teams.v1.TeamsService/resendInvitation': ofTeam(() => ({ invitationId: newId('invitation') })),
  'teams.v1.TeamsService/withdrawInvitation': ofTeam(() => ({ invitationId: newId('invitation') })),
  'teams.v1.TeamsService/listReceivedInvitations': (s) => ofSelf(s) && { ...firstPage },
  'teams.v1.TeamsService/getInvitation': ofInvitation(false),
  'teams.v1.TeamsService/acceptInvitation': ofInvitation(true),
  'teams.v1.TeamsService/declineInvitation': ofInvitation(true),
  'usage_ledger.v1.UsageLedgerService/listRequests': about(() => ({
    keyId: '',
    limit: 0,
    cursor: '',
  })),
  'usage_ledger.v1.UsageLedgerService/exportUsage': about(() => ({
    keyId: '',
    ...month,
    format: UsageExportFormat.JSONL,
  })),
  'usage_ledger.v1.UsageLedgerService/listSpend': about(() => ({
    keyId: '',
    userId: '',
    ...month,
    granularity: SpendGranularity.DAY,
    groupBy: SpendGroup.UNSPECIFIED,
    tagName: '',
    tags: {},
  })),
  'usage_ledger.v1.UsageLedgerService/getUsageSeries': about(() => ({
    keyId: '',
    userId: '',
    model: '',
    ...month,
    granularity: UsageGranularity.DAY,
    groupBy: UsageGroup.UNSPECIFIED,
    mostGroups: 0,
  })),
};

/**
 * What the owner, an admin and a member are answered about what is their team's, of which the key is the admin's; a former member
 * and a stranger are answered `hidden` about everything but their own, and everybody about another team.
 */
export const expected: Readonly<Record<string, string>> = {
  'auth.v1.AuthService/getUser': 'hidden hidden hidden',
  'auth.v1.AuthService/updateUser': 'hidden hidden hidden',
  'auth.v1.AuthService/recordConsents': 'hidden hidden hidden',
  'auth.v1.AuthService/listConsents': 'hidden hidden hidden',
  'auth.v1.AuthService/setConsent': 'hidden hidden hidden',
  'auth.v1.AuthService/createKey': 'done done done',
  'auth.v1.AuthService/updateKey': 'done done hidden',
  'auth.v1.AuthService/rotateKey': 'hidden done hidden',
  'auth.v1.AuthService/disableKey': 'done done hidden',
  'auth.v1.AuthService/enableKey': 'done done hidden',
  'auth.v1.AuthService/revokeKey': 'done done hidden',
  'auth.v1.AuthService/getKey': 'done done hidden',
  'auth.v1.AuthService/listKeys': 'done done done',
  'auth.v1.AuthService/listAuditEntries': 'done done hidden',
  'billing.v1.BillingService/getCredits': 'done done hidden',
  'billing.v1.BillingService/redeemPromoCode': 'done done denied',
  'billing.v1.BillingService/createPlanCheckout': 'done done denied',
  'billing.v1.BillingService/changePlan': 'done done denied',
  'billing.v1.BillingService/previewPlanChange': 'done done hidden',
  'billing.v1.BillingService/createPortalSession': 'done done denied',
  'billing.v1.BillingService/getAccountPlan': 'done done hidden',
  'billing.v1.BillingService/createTopUp': 'done done denied',
  'billing.v1.BillingService/listInvoices': 'done done hidden',
  'billing.v1.BillingService/getInvoice': 'done done hidden',
  'billing.v1.BillingService/getInvoicePdf': 'done done hidden',
  'billing.v1.BillingService/getAutoRecharge': 'done done hidden',
  'billing.v1.BillingService/setAutoRecharge': 'done done denied',
  'billing.v1.BillingService/listPayments': 'done done hidden',
  'billing.v1.BillingService/getNoticePreferences': 'done done done',
  'billing.v1.BillingService/setNoticePreferences': 'done done done',
  'billing.v1.BillingService/setAccountWebhook': 'done done denied',
  'billing.v1.BillingService/getAccountWebhook': 'done done hidden',
  'billing.v1.BillingService/removeAccountWebhook': 'done done denied',
  'billing.v1.BillingService/rotateWebhookSecret': 'done done denied',
  'billing.v1.BillingService/testAccountWebhook': 'done done denied',
  'billing.v1.BillingService/listWebhookDeliveries': 'done done hidden',
  'billing.v1.BillingService/setLimit': 'done done denied',
  'billing.v1.BillingService/getLimits': 'done done done',
  'billing.v1.BillingService/listMemberLimits': 'done done done',
  'retention.v1.ContentService/getContent': 'hidden hidden hidden',
  'retention.v1.SupportGrantService/withdrawSupportGrant': 'hidden hidden hidden',
  'retention.v1.ExportService/createExport': 'hidden hidden hidden',
  'retention.v1.ExportService/listExports': 'hidden hidden hidden',
  'retention.v1.ExportService/getExport': 'hidden hidden hidden',
  'retention.v1.ExportService/createDownloadToken': 'hidden hidden hidden',
  'retention.v1.RightsService/withdrawPrivacyRequest': 'hidden hidden hidden',
  'teams.v1.TeamsService/getTeam': 'done done done',
  'teams.v1.TeamsService/renameTeam': 'done done denied',
  'teams.v1.TeamsService/deleteTeam': 'done denied denied',
  'teams.v1.TeamsService/changeTeamSettings': 'done done denied',
  'teams.v1.TeamsService/transferOwnership': 'done denied denied',
  'teams.v1.TeamsService/listMembers': 'done done done',
  'teams.v1.TeamsService/changeMemberRole': 'done denied denied',
  'teams.v1.TeamsService/removeMember': 'done done denied',
  'teams.v1.TeamsService/leaveTeam': 'done done done',
  'teams.v1.TeamsService/setMemberLimit': 'done done denied',
  'teams.v1.TeamsService/inviteMember': 'done done denied',
  'teams.v1.TeamsService/listInvitations': 'done done hidden',
  'teams.v1.TeamsService/resendInvitation': 'done done denied',
  'teams.v1.TeamsService/withdrawInvitation': 'done done denied',
  'teams.v1.TeamsService/getInvitation': 'hidden hidden hidden',
  'teams.v1.TeamsService/acceptInvitation': 'hidden hidden hidden',
  'teams.v1.TeamsService/declineInvitation': 'hidden hidden hidden',
  'usage_ledger.v1.UsageLedgerService/listRequests': 'done done done',
  'usage_ledger.v1.UsageLedgerService/exportUsage': 'done done done',
  'usage_ledger.v1.UsageLedgerService/listSpend': 'done done done',
  'usage_ledger.v1.UsageLedgerService/getUsageSeries': 'done done done',
};
