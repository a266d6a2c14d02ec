import { randomUUID } from 'node:crypto';
import { idFromUuid } from '@modelbridge/contracts';
import type { AuditedAct } from '@modelbridge/contracts/audit';
import { billingActPerformed } from '@modelbridge/contracts/events';
import type { Tx } from '@modelbridge/service-kit/database';
import { actingNow } from '@modelbridge/service-kit/grpc';
import { Outbox } from '@modelbridge/service-kit/outbox';
import { Injectable } from '@nestjs/common';

/** Tells auth, which keeps the audit log, of what belongs in it. */
@Injectable()
export class AuditService {
  constructor(private readonly outbox: Outbox) {}

  /** In the transaction of the act. `accountId` is a UUID, null for what is staff's alone; the actor is whoever makes the call. */
  async record(
    tx: Tx,
    {
      accountId,
      act,
      objectIds = [],
      details = {},
    }: Pick<AuditedAct, 'act'> & {
      accountId: string | null;
      objectIds?: string[];
      details?: Record<string, string>;
    },
  ): Promise<void> {
    await this.outbox.add(
      tx,
      billingActPerformed,
      {
        accountId: accountId === null ? null : idFromUuid('account', accountId),
        act,
        objectIds,
        details,
        ...actingNow('billing'),
      },
      { id: randomUUID() },
    );
  }
}
