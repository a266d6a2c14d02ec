import { Controller, UseInterceptors } from '@nestjs/common';
import type { AuditEntry } from '@modelbridge/contracts/auth.v1';
import { AuthClient } from '../clients/clients.module.js';
import { pageJson } from '../operations/json-of.js';
import type { AnswerOf, AskedOf } from '../operations/operation.js';
import { Answers, Asked } from '../operations/operation.decorators.js';
import { listAuditLog } from './audit-log.operations.js';
import { ForManagementKeys } from './management-keys.interceptor.js';
import { Manager, type Managing } from './manager.decorator.js';

@Controller()
@UseInterceptors(ForManagementKeys)
export class AuditLogController {
  constructor(private readonly auth: AuthClient) {}

  @Answers(listAuditLog)
  async list(
    @Manager() { accountId, actorUserId }: Managing,
    @Asked(listAuditLog) { query }: AskedOf<typeof listAuditLog>,
  ): Promise<AnswerOf<typeof listAuditLog>> {
    const { entries, nextCursor } = await this.auth.listAuditEntries({
      log: accountId,
      actorUserId,
      ...query,
    });
    return pageJson(entries.map(entryJson), nextCursor);
  }
}

function entryJson(entry: AuditEntry): AnswerOf<typeof listAuditLog>['data'][number] {
  return {
    sequence: Number(entry.sequence),
    recorded_at: entry.recordedAt?.toISOString() ?? null,
    actor: { kind: entry.actorKind, id: entry.actorId },
    act: entry.act,
    object_ids: entry.objectIds,
    details: entry.details,
    reason: entry.reason,
    source: entry.source,
    previous_hash: Buffer.from(entry.previousHash).toString('hex'),
    hash: Buffer.from(entry.hash).toString('hex'),
  };
}
