import { Column, CreateDateColumn, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import type { ConsentSource } from './policy.js';
import { UserEntity } from './user.entity.js';

@Entity('consent')
export class ConsentEntity {
  @PrimaryColumn('uuid', { name: 'user_id', primaryKeyConstraintName: 'consent_pkey' })
  @ForeignKey(() => UserEntity, { name: 'consent_user_id_fkey' })
  userId!: string;

  @PrimaryColumn('text', { name: 'policy_version', primaryKeyConstraintName: 'consent_pkey' })
  policyVersion!: string;

  @Column('text')
  source!: ConsentSource;

  @CreateDateColumn({ type: 'timestamptz', name: 'accepted_at' })
  acceptedAt!: Date;
}
