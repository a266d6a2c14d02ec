import * as z from 'zod/mini';
import { routes } from './route.js';
import { pageOf, time } from './shapes.js';

const entry = z.object({
  sequence: z.number(),
  recorded_at: time,
  actor_kind: z.string(),
  /** A user id, a key id, a role of staff or the name of a service. */
  actor_id: z.string(),
  /** Such as `key.revoked`. */
  act: z.string(),
  object_ids: z.array(z.string()),
  details: z.record(z.string(), z.string()),
  /** Why; of staff alone. */
  reason: z.nullable(z.string()),
});

export type AuditEntry = z.infer<typeof entry>;

export const auditLogRoutes = routes({
  /** Newest first. */
  list: {
    method: 'GET',
    path: '/bff/accounts/:account_id/audit-log',
    params: z.object({ account_id: z.string() }),
    query: z.object({ cursor: z.optional(z.string()) }),
    response: pageOf(entry),
  },
});
