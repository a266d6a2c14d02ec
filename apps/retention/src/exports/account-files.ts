import type { AuditEntry, Consent, Key, User } from '@modelbridge/contracts/auth.v1';
import type { Invitation, Team } from '@modelbridge/contracts/teams.v1';
import { teamRoleName } from '@modelbridge/contracts/team-roles';
import { word, iso, jsonLines, jsonObject, orNull, type ArchiveFile } from './archive-file.js';
import { keysOn } from './own-keys.js';
import { byCursor } from './pages.js';
import type { PersonSources } from './person-sources.js';

const mostPerPage = 100;

const profileFields = [
  { name: 'user_id', about: 'You.', value: (user: User) => user.userId },
  {
    name: 'account_id',
    about: 'What pays for your keys outside of teams.',
    value: (user: User) => user.accountId,
  },
  {
    name: 'email',
    about: 'Your address, as the sign-in has it.',
    value: (user: User) => user.email,
  },
  { name: 'name', about: 'What you are called.', value: (user: User) => user.name },
  { name: 'time_zone', about: 'Of the dashboard.', value: (user: User) => user.timeZone },
  {
    name: 'created_at',
    about: 'When the account was opened.',
    value: (user: User) => iso(user.createdAt),
  },
  {
    name: 'clerk_user_id',
    about: 'You at Clerk, which signs you in.',
    value: (user: User) => user.clerkUserId ?? null,
  },
];

const settingsFields = [
  {
    name: 'theme',
    about: 'system, light or dark.',
    value: ({ preferences }: User) => orNull(preferences?.theme),
  },
  {
    name: 'low_balance_email',
    about: 'Whether a low balance is told by mail.',
    value: ({ preferences }: User) => preferences?.lowBalanceEmail ?? null,
  },
  {
    name: 'product_news_email',
    about: 'Whether news are told by mail.',
    value: ({ preferences }: User) => preferences?.productNewsEmail ?? null,
  },
  {
    name: 'store_content',
    about: 'Whether what your requests say may be stored, sealed, where the model lets it.',
    value: (user: User) => user.storeContent,
  },
  {
    name: 'restricted_at',
    about: 'Since when your data is not processed, as you asked.',
    value: (user: User) => iso(user.restrictedAt),
  },
];

const consentFields = [
  {
    name: 'purpose',
    about: 'What it is about.',
    value: (one: Consent) => word(one.purpose, 'CONSENT_PURPOSE_'),
  },
  { name: 'given', about: 'Whether you agree.', value: (one: Consent) => one.given },
  {
    name: 'decided_at',
    about: 'When you last decided; null where you have not.',
    value: (one: Consent) => iso(one.decidedAt),
  },
  {
    name: 'source',
    about: 'person: you said so; operator: there is a contract.',
    value: (one: Consent) => word(one.source, 'CONSENT_SOURCE_'),
  },
  {
    name: 'policy_version',
    about: 'Of the terms: the version accepted.',
    value: (one: Consent) => one.policyVersion ?? null,
  },
  {
    name: 'withdrawable',
    about: 'Whether you can withdraw it and the account goes on.',
    value: (one: Consent) => one.withdrawable,
  },
];

const keyFields = [
  {
    name: 'key_id',
    about: 'The key. Its secret is kept nowhere, and so not here.',
    value: (key: Key) => key.keyId,
  },
  {
    name: 'public_id',
    about: 'The part of the key that may be shown.',
    value: (key: Key) => key.publicId,
  },
  { name: 'name', about: 'As you called it.', value: (key: Key) => key.name },
  { name: 'account_id', about: 'What pays for it.', value: (key: Key) => key.accountId },
  { name: 'team_id', about: 'Of a team’s key.', value: (key: Key) => key.teamId ?? null },
  {
    name: 'scope',
    about: 'inference or management.',
    value: ({ scope }: Key) => word(scope, 'KEY_SCOPE_'),
  },
  {
    name: 'is_test',
    about: 'Whether it calls no provider and costs nothing.',
    value: (key: Key) => key.isTest,
  },
  { name: 'created_at', about: 'When it was made.', value: (key: Key) => iso(key.createdAt) },
  { name: 'last_used_at', about: 'To the minute.', value: (key: Key) => iso(key.lastUsedAt) },
  { name: 'expires_at', about: 'When it ends by itself.', value: (key: Key) => iso(key.expiresAt) },
  {
    name: 'disabled_at',
    about: 'Since when it is stopped.',
    value: (key: Key) => iso(key.disabledAt),
  },
  { name: 'revoked_at', about: 'When it was ended.', value: (key: Key) => iso(key.revokedAt) },
  {
    name: 'restrictions',
    about:
      'What it may be used for. What is empty, or 0, restricts nothing; a rate of the plan may be lower.',
    parts: [
      { name: 'allowed_models', about: 'Only these models.' },
      { name: 'never_stored_only', about: 'Only models whose content is never stored.' },
      { name: 'allowed_apis', about: 'Only these APIs.' },
      { name: 'allowed_addresses', about: 'Only from these addresses and networks.' },
      { name: 'requests_per_minute', about: 'The most requests of a minute.' },
      { name: 'tokens_per_minute', about: 'The most tokens of a minute.' },
      { name: 'concurrent_requests', about: 'The most requests at a time.' },
    ],
    value: ({ restrictions: given }: Key) =>
      given && {
        allowed_models: given.allowedModels,
        never_stored_only: given.neverStoredOnly,
        allowed_apis: given.allowedApis.map((api) => word(api, 'KEY_API_')),
        allowed_addresses: given.allowedAddresses,
        requests_per_minute: given.requestsPerMinute,
        tokens_per_minute: given.tokensPerMinute,
        concurrent_requests: given.concurrentRequests,
      },
  },
];

const teamFields = [
  { name: 'team_id', about: 'The team.', value: (team: Team) => team.teamId },
  { name: 'name', about: 'What it is called.', value: (team: Team) => team.name },
  { name: 'account_id', about: 'What pays for its keys.', value: (team: Team) => team.accountId },
  {
    name: 'role',
    about: 'Yours: owner, admin or member.',
    value: (team: Team) => teamRoleName(team.role) ?? null,
  },
  {
    name: 'created_at',
    about: 'When the team was made.',
    value: (team: Team) => iso(team.createdAt),
  },
];

const invitationFields = [
  {
    name: 'invitation_id',
    about: 'The invitation, to you.',
    value: (one: Invitation) => one.invitationId,
  },
  { name: 'team_id', about: 'Into which team.', value: (one: Invitation) => one.teamId },
  { name: 'team_name', about: 'What it is called.', value: (one: Invitation) => one.teamName },
  {
    name: 'role',
    about: 'admin or member.',
    value: (one: Invitation) => teamRoleName(one.role) ?? null,
  },
  {
    name: 'created_at',
    about: 'When it was sent.',
    value: (one: Invitation) => iso(one.createdAt),
  },
  {
    name: 'expires_at',
    about: 'When it ends by itself.',
    value: (one: Invitation) => iso(one.expiresAt),
  },
  {
    name: 'state',
    about: 'open, accepted, declined, withdrawn or expired.',
    value: ({ state }: Invitation) => word(state, 'INVITATION_STATE_'),
  },
];

const auditFields = [
  {
    name: 'sequence',
    about: 'From 1, without gaps.',
    value: (entry: AuditEntry) => Number(entry.sequence),
  },
  { name: 'recorded_at', about: 'When.', value: (entry: AuditEntry) => iso(entry.recordedAt) },
  {
    name: 'actor_kind',
    about: 'person, key, staff or system.',
    value: (entry: AuditEntry) => entry.actorKind,
  },
  { name: 'actor_id', about: 'Who did it.', value: (entry: AuditEntry) => entry.actorId },
  { name: 'act', about: 'What was done.', value: (entry: AuditEntry) => entry.act },
  { name: 'object_ids', about: 'To what.', value: (entry: AuditEntry) => entry.objectIds },
  {
    name: 'details',
    about: 'Names and numbers about it.',
    value: (entry: AuditEntry) => entry.details,
  },
  {
    name: 'reason',
    about: 'Why, where staff did it.',
    value: (entry: AuditEntry) => orNull(entry.reason),
  },
  {
    name: 'source',
    about: 'The service that reported it.',
    value: (entry: AuditEntry) => entry.source,
  },
  {
    name: 'previous_hash',
    about: 'SHA-256 of the entry before, in hex.',
    value: (entry: AuditEntry) => Buffer.from(entry.previousHash).toString('hex'),
  },
  {
    name: 'hash',
    about: 'SHA-256 of this one.',
    value: (entry: AuditEntry) => Buffer.from(entry.hash).toString('hex'),
  },
];

/** Who a person is, their keys, teams and log. */
export function accountFiles(sources: PersonSources, teams: readonly Team[]): ArchiveFile[] {
  const { auth, teams: teamsClient, user, userId, accountId, asked } = sources;
  const accounts = [accountId, ...teams.map((team) => team.accountId)];
  async function* keys(): AsyncGenerator<Key> {
    for (const account of accounts) yield* keysOn(sources, account);
  }
  async function* consents(): AsyncGenerator<Consent> {
    yield* (await auth.listConsents({ userId, actorUserId: userId }, asked)).consents;
  }
  const invitations = (): AsyncGenerator<Invitation> =>
    byCursor(async (cursor) => {
      const page = { actorUserId: userId, limit: mostPerPage, cursor };
      const found = await teamsClient.listReceivedInvitations(page, asked);
      return { items: found.invitations, nextCursor: found.nextCursor };
    });
  async function* memberships(): AsyncGenerator<Team> {
    yield* teams;
  }
  const auditLog = (): AsyncGenerator<AuditEntry> =>
    byCursor(async (cursor) => {
      const { entries: items, nextCursor } = await auth.listAuditEntries(
        { log: accountId, limit: mostPerPage, cursor, actorUserId: userId },
        asked,
      );
      return { items, nextCursor };
    });
  const self = async (): Promise<User> => user;
  return [
    jsonObject('profile.json', 'Who you are to ModelBridge.', profileFields, self),
    jsonObject('settings.json', 'What you have chosen.', settingsFields, self),
    jsonLines('consents.jsonl', 'What you have agreed to, and what not.', consentFields, consents),
    jsonLines('keys.jsonl', 'The API keys that you have made, in teams too.', keyFields, keys),
    jsonLines('teams.jsonl', 'The teams that you are in.', teamFields, memberships),
    jsonLines('invitations.jsonl', 'Invitations to you.', invitationFields, invitations),
    jsonLines(
      'audit-log.jsonl',
      'Acts that decide who may call, see, spend or sign in, newest first.',
      auditFields,
      auditLog,
    ),
  ];
}
