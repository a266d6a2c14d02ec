import type { Erasure } from '../erasures/erasure.js';
import { timesOf } from '../contents/span.js';
import type { PrivacyRequest } from '../rights/privacy-request.js';
import type { SupportGrant } from '../support-grants/support-grant.js';
import { iso, jsonLines, type ArchiveFile, type Field } from './archive-file.js';
import type { Export } from './export.js';

const requestFields: readonly Field<PrivacyRequest>[] = [
  { name: 'request_id', about: 'The request about your data.', value: (one) => one.requestId },
  {
    name: 'kind',
    about:
      'access, rectification, erasure, restriction, objection, portability, consent_withdrawal, minor or other.',
    value: (one) => one.kind,
  },
  {
    name: 'purpose',
    about: 'Of an objection and of a withdrawn consent: what it is about.',
    value: (one) => one.purpose ?? null,
  },
  { name: 'channel', about: 'form or mail.', value: (one) => one.channel },
  { name: 'state', about: 'unverified, open, in_effect or closed.', value: (one) => one.state },
  {
    name: 'outcome',
    about: 'Of a closed one: fulfilled, refused or withdrawn.',
    value: (one) => one.outcome ?? null,
  },
  { name: 'received_at', about: 'When it came.', value: (one) => iso(one.receivedAt) },
  { name: 'due_at', about: 'By when it is to be answered.', value: (one) => iso(one.dueAt) },
  { name: 'closed_at', about: 'When it was closed.', value: (one) => iso(one.closedAt) },
];

const erasureFields: readonly Field<Erasure>[] = [
  { name: 'erasure_id', about: 'The erasure of your account.', value: (one) => one.erasureId },
  {
    name: 'state',
    about:
      'requested, confirmed or cancelled; once it runs there are no archives of the account any more.',
    value: (one) => one.state,
  },
  { name: 'cause', about: 'Who began it: person, clerk or staff.', value: (one) => one.cause },
  { name: 'requested_at', about: 'When it was asked for.', value: (one) => iso(one.requestedAt) },
  { name: 'confirmed_at', about: 'When you confirmed it.', value: (one) => iso(one.confirmedAt) },
  {
    name: 'executes_at',
    about: 'Until when it could be cancelled.',
    value: (one) => iso(one.executesAt),
  },
];

const grantFields: readonly Field<SupportGrant>[] = [
  { name: 'grant_id', about: 'What lets support read.', value: (one) => one.grantId },
  {
    name: 'account_id',
    about: 'Only what this account paid for; null: whatever paid.',
    value: (one) => one.accountId ?? null,
  },
  {
    name: 'request_ids',
    about: 'The requests that may be read; empty where a span of time says which.',
    value: ({ scope }) => ('span' in scope ? [] : scope.requestIds),
  },
  {
    name: 'from',
    about: 'Of a span: requests that began from then on.',
    value: ({ scope }) => ('span' in scope ? iso(timesOf(scope.span).from) : null),
  },
  {
    name: 'to',
    about: 'Its end, exclusive.',
    value: ({ scope }) => ('span' in scope ? iso(timesOf(scope.span).to) : null),
  },
  { name: 'created_at', about: 'When you gave it.', value: (one) => iso(one.createdAt) },
  { name: 'expires_at', about: 'When it ends by itself.', value: (one) => iso(one.expiresAt) },
  { name: 'withdrawn_at', about: 'When you ended it.', value: (one) => iso(one.withdrawnAt) },
];

const exportFields: readonly Field<Export>[] = [
  { name: 'export_id', about: 'The archive; this one too.', value: (one) => one.exportId },
  {
    name: 'state',
    about: 'queued, preparing, ready, failed or expired, as this was written.',
    value: (one) => one.state,
  },
  { name: 'requested_at', about: 'When you asked for it.', value: (one) => iso(one.requestedAt) },
  {
    name: 'expires_at',
    about: 'Until when it could be had.',
    value: (one) => iso(one.expiresAt ?? undefined),
  },
];

/** What retention itself knows of a person, beside what their requests said. */
export interface OwnRecords {
  privacyRequests: () => Promise<readonly PrivacyRequest[]>;
  erasures: () => Promise<readonly Erasure[]>;
  supportGrants: () => Promise<readonly SupportGrant[]>;
  exports: () => Promise<readonly Export[]>;
}

/** What a person has asked about their data, and whom they have let read it. */
export function rightsFiles(records: OwnRecords): ArchiveFile[] {
  return [
    jsonLines(
      'privacy-requests.jsonl',
      'What you have asked about your data, newest first.',
      requestFields,
      () => each(records.privacyRequests),
    ),
    jsonLines(
      'erasures.jsonl',
      'Erasures of your account that were asked for, newest first.',
      erasureFields,
      () => each(records.erasures),
    ),
    jsonLines(
      'support-grants.jsonl',
      'What you have let support read of your requests, newest first.',
      grantFields,
      () => each(records.supportGrants),
    ),
    jsonLines(
      'exports.jsonl',
      'Archives that you have asked for in the last 30 days, newest first.',
      exportFields,
      () => each(records.exports),
    ),
  ];
}

async function* each<Row>(rows: () => Promise<readonly Row[]>): AsyncGenerator<Row> {
  yield* await rows();
}
