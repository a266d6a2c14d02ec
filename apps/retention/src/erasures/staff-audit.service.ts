import { randomUUID } from 'node:crypto';
import type { AuditAct } from '@modelbridge/contracts/audit';
import { actingNow, RpcError } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import { AuthClient } from '../clients/clients.js';

/** What staff does and looks at goes into auth's log first: without an entry it is not done. */
@Injectable()
export class StaffAuditService {
  constructor(private readonly auth: AuthClient) {}

  async staffActs(act: AuditAct, objectIds: string[]): Promise<void> {
    const { actor, reason } = actingNow('retention');
    await this.auth
      .recordAuditEntry({
        idempotencyKey: randomUUID(),
        act,
        actorKind: actor.kind,
        actorId: actor.id,
        objectIds,
        details: {},
        reason,
      })
      .catch((error: unknown) => {
        throw new RpcError('unavailable', 'the audit log takes no entries: try again', {
          cause: error,
        });
      });
  }
}
