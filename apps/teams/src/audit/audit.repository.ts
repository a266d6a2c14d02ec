import { randomUUID } from 'node:crypto';
import type { AuditedAct } from '@modelbridge/contracts/audit';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { AuditReportEntity } from './audit-report.entity.js';

export interface AuditReport {
  id: string;
  act: AuditedAct;
}

@Injectable()
export class AuditRepository {
  constructor(private readonly database: Database) {}

  async add(tx: Tx, act: AuditedAct): Promise<void> {
    await tx.repository(AuditReportEntity).insert({ id: randomUUID(), act });
  }

  /** Oldest first. */
  oldest(most: number): Promise<AuditReport[]> {
    return this.database
      .repository(AuditReportEntity)
      .find({ order: { reportedAt: 'ASC', id: 'ASC' }, take: most });
  }

  async remove(id: string): Promise<void> {
    await this.database.repository(AuditReportEntity).delete({ id });
  }
}
