import type { AuditedAct } from '@modelbridge/contracts/audit';
import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

@Entity('audit_report')
export class AuditReportEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'audit_report_pkey' })
  id!: string;

  @Column('jsonb')
  act!: AuditedAct;

  @CreateDateColumn({ type: 'timestamptz', name: 'reported_at' })
  reportedAt!: Date;
}
