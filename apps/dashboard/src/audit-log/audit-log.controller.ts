import { auditLogRoutes, type Answer } from '@modelbridge/dashboard-api';
import { Controller } from '@nestjs/common';
import { AuthClient } from '../clients/clients.js';
import { Answers } from '../routes/answers.decorator.js';
import { Asked } from '../routes/asked.decorator.js';
import type { Parts } from '../routes/parts.js';
import { SignedIn } from '../sessions/session.guard.js';
import type { Session } from '../sessions/session.js';

const pageSize = 50;

/** What was done on an account, and by whom. */
@Controller()
export class AuditLogController {
  constructor(private readonly auth: AuthClient) {}

  @Answers(auditLogRoutes.list)
  async list(
    @SignedIn() { userId }: Session,
    @Asked() { params, query }: Parts<typeof auditLogRoutes.list>,
  ): Promise<Answer<typeof auditLogRoutes.list>> {
    const { entries, nextCursor } = await this.auth.listAuditEntries({
      log: params.account_id,
      actorUserId: userId,
      limit: pageSize,
      cursor: query.cursor ?? '',
    });
    const items = entries.map((entry) => ({
      sequence: Number(entry.sequence),
      recorded_at: (entry.recordedAt ?? new Date(0)).toISOString(),
      actor_kind: entry.actorKind,
      actor_id: entry.actorId,
      act: entry.act,
      object_ids: entry.objectIds,
      details: entry.details,
      reason: entry.reason === '' ? null : entry.reason,
    }));
    return { items, next_cursor: nextCursor === '' ? null : nextCursor };
  }
}
