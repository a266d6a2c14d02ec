import * as z from 'zod/mini';
import { routes } from './route.js';
import { pageOf, time } from './shapes.js';

const held = z.object({
  request_id: z.string(),
  account_id: z.string(),
  stored_at: time,
  /** From then on nobody can open it. */
  unreadable_at: time,
  /** Of request and reply, before they were compressed. */
  raw_bytes: z.number(),
});

export type HeldContent = z.infer<typeof held>;

const dataExport = z.object({
  export_id: z.string(),
  state: z.enum(['queued', 'preparing', 'ready', 'failed', 'expired']),
  requested_at: time,
  /** Files that are written, of how many; 0 of 0 before it is begun. */
  files_done: z.number(),
  files: z.number(),
  size_bytes: z.number(),
  /** Hex; null until it is ready. */
  sha256: z.nullable(z.string()),
  /** When the archive goes; null until it is ready. */
  expires_at: z.nullable(time),
});

export type DataExport = z.infer<typeof dataExport>;

const grant = z.object({
  grant_id: z.string(),
  /** Empty where it is a span. */
  request_ids: z.array(z.string()),
  from: z.nullable(time),
  to: z.nullable(time),
  created_at: time,
  expires_at: time,
  withdrawn_at: z.nullable(time),
});

export type SupportGrant = z.infer<typeof grant>;

export const PRIVACY_REQUEST_KINDS = [
  'access',
  'rectification',
  'erasure',
  'restriction',
  'objection',
  'portability',
  'consent_withdrawal',
  'minor',
  'other',
] as const;

const privacyRequest = z.object({
  request_id: z.string(),
  kind: z.enum(PRIVACY_REQUEST_KINDS),
  /** Of an objection and a withdrawal. */
  purpose: z.nullable(z.string()),
  state: z.enum(['unverified', 'open', 'in_effect', 'closed']),
  outcome: z.nullable(z.enum(['fulfilled', 'refused', 'withdrawn'])),
  received_at: time,
  due_at: time,
  closed_at: z.nullable(time),
});

export type PrivacyRequest = z.infer<typeof privacyRequest>;

const erasure = z.object({
  erasure_id: z.string(),
  state: z.enum(['requested', 'confirmed', 'erasing', 'releasing', 'done', 'cancelled']),
  requested_at: time,
  confirmed_at: z.nullable(time),
  /** When the window in which it can be cancelled ends; null until it is confirmed. */
  executes_at: z.nullable(time),
  /** When everything is gone at the latest. */
  deadline: z.nullable(time),
});

export type Erasure = z.infer<typeof erasure>;

const erasureState = z.object({ erasure: z.nullable(erasure) });

const account = z.object({ account_id: z.string() });
const oneExport = z.object({ account_id: z.string(), export_id: z.string() });
const cursor = z.object({ cursor: z.optional(z.string()) });
const nothing = z.strictObject({});

export const privacyRoutes = routes({
  /** What is held of the person's requests, on every account, newest first. */
  contents: { method: 'GET', path: '/bff/contents', query: cursor, response: pageOf(held) },
  /** Deletes for ever: these requests, or everything that began until now. Asks for a proof of the person. */
  deleteContents: {
    method: 'POST',
    path: '/bff/contents/delete',
    body: z.union([
      z.strictObject({ request_ids: z.array(z.string()).check(z.minLength(1), z.maxLength(100)) }),
      z.strictObject({ everything: z.literal(true) }),
    ]),
    response: z.object({ deleted: z.number() }),
  },
  exports: {
    method: 'GET',
    path: '/bff/accounts/:account_id/exports',
    params: account,
    response: z.object({ items: z.array(dataExport) }),
  },
  /** Prepares one archive of everything about the person. Asks for a proof of the person. */
  createExport: {
    method: 'POST',
    path: '/bff/accounts/:account_id/exports',
    params: account,
    body: nothing,
    response: dataExport,
  },
  supportGrants: {
    method: 'GET',
    path: '/bff/support-grants',
    response: z.object({ items: z.array(grant) }),
  },
  /** Lets support read what these requests, or those of a span, say. Asks for a proof of the person. */
  createSupportGrant: {
    method: 'POST',
    path: '/bff/support-grants',
    body: z.strictObject({
      request_ids: z._default(z.array(z.string()).check(z.maxLength(100)), []),
      from: z._default(z.nullable(time), null),
      to: z._default(z.nullable(time), null),
      /** At most 30 days ahead; null: 7 days. */
      expires_at: z._default(z.nullable(time), null),
    }),
    response: grant,
  },
  withdrawSupportGrant: {
    method: 'DELETE',
    path: '/bff/support-grants/:grant_id',
    params: z.object({ grant_id: z.string() }),
    response: grant,
  },
  requests: {
    method: 'GET',
    path: '/bff/privacy-requests',
    response: z.object({ items: z.array(privacyRequest) }),
  },
  createRequest: {
    method: 'POST',
    path: '/bff/privacy-requests',
    body: z.strictObject({
      kind: z.enum(PRIVACY_REQUEST_KINDS),
      purpose: z._default(z.nullable(z.enum(['product_news', 'service_statistics'])), null),
    }),
    response: privacyRequest,
  },
  withdrawRequest: {
    method: 'DELETE',
    path: '/bff/privacy-requests/:request_id',
    params: z.object({ request_id: z.string() }),
    response: privacyRequest,
  },
  /** The deletion of the person's account that is under way; null where there is none. */
  erasure: { method: 'GET', path: '/bff/erasure', response: erasureState },
  /** Sends a code by mail, without which nothing happens. Asks for a proof of the person. */
  requestErasure: {
    method: 'POST',
    path: '/bff/erasure',
    body: nothing,
    response: z.object({ erasure, code_expires_at: time }),
  },
  /** From here on no key works. Asks for a proof of the person. */
  confirmErasure: {
    method: 'POST',
    path: '/bff/erasure/confirm',
    body: z.strictObject({ code: z.string().check(z.minLength(1), z.maxLength(100)) }),
    response: erasureState,
  },
  cancelErasure: { method: 'DELETE', path: '/bff/erasure', response: erasureState },
});

/** The archive of an export, as a file. A link, not a call. */
export const exportDownload = {
  path: '/bff/accounts/:account_id/exports/:export_id/archive',
  params: oneExport,
} as const;
