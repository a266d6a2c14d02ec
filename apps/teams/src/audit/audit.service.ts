import { auditedActSchema, type AuditAct } from '@modelbridge/contracts/audit';
import type { Tx } from '@modelbridge/service-kit/database';
import { Logger } from '@modelbridge/service-kit/logging';
import { KickedLoop } from '@modelbridge/service-kit/process';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { AuthClient } from '../clients/clients.js';
import { AuditRepository } from './audit.repository.js';

const sweepMs = 5_000;
const batch = 100;

export interface TeamAct {
  act: AuditAct;
  /** The team's: it is its log that has the entry. */
  accountId: string;
  teamId: string;
  /** Whom it was done to. */
  userId?: string;
  /** Who did it; undefined where it followed from the end of an account. */
  actor?: string;
  details?: Record<string, string>;
}

/** Reports acts to auth's audit log: kept with the act, and told until auth has it. */
@Injectable()
export class AuditService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly reports: KickedLoop;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly repository: AuditRepository,
    private readonly auth: AuthClient,
    logger: Logger,
  ) {
    this.reports = new KickedLoop(
      () => this.reportAll(),
      (error) => logger.warn({ err: error }, 'the audit log does not take entries; they wait'),
    );
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.reports.kick(), sweepMs);
    void this.reports.kick();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** There is no act without its report. */
  async record(tx: Tx, { act, accountId, teamId, userId, actor, details }: TeamAct): Promise<void> {
    const report = auditedActSchema.parse({
      act,
      accountId,
      actor: actor === undefined ? { kind: 'system', id: 'teams' } : { kind: 'person', id: actor },
      objectIds: [teamId, ...(userId === undefined ? [] : [userId])],
      details: details ?? {},
      reason: '',
    });
    await this.repository.add(tx, report);
    tx.afterCommit(() => void this.reports.kick());
  }

  private async reportAll(): Promise<void> {
    for (;;) {
      const reports = await this.repository.oldest(batch);
      for (const { id, act } of reports) {
        const { actor, accountId, ...rest } = act;
        await this.auth.recordAuditEntry({
          ...rest,
          idempotencyKey: id,
          accountId: accountId ?? undefined,
          actorKind: actor.kind,
          actorId: actor.id,
        });
        await this.repository.remove(id);
      }
      if (reports.length < batch) return;
    }
  }
}
