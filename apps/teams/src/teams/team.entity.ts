import { Column, CreateDateColumn, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { KeyMakersName } from './settings.js';

export const nameTaken = 'team_name_of_owner';

@Entity('team')
@Unique('team_account_id_key', ['accountId'])
@Index(nameTaken, ['ownerUserId', 'nameKey'], { unique: true, where: 'deleted_at IS NULL' })
export class TeamEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  name!: string;

  @Column('text', { name: 'name_key' })
  nameKey!: string;

  @Column('uuid', { name: 'owner_user_id' })
  ownerUserId!: string;

  @Column('uuid', { name: 'account_id' })
  accountId!: string;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt!: Date | null;

  @Column('text', { name: 'allowed_models', array: true, default: '{}' })
  allowedModels!: string[];

  @Column('boolean', { name: 'never_stored_only', default: false })
  neverStoredOnly!: boolean;

  @Column('text', { name: 'key_makers', default: 'members' })
  keyMakers!: KeyMakersName;

  @Column('int8', { name: 'default_key_total_nano_usd', nullable: true })
  defaultKeyTotalNanoUsd!: bigint | null;

  @Column('int8', { name: 'default_key_month_nano_usd', nullable: true })
  defaultKeyMonthNanoUsd!: bigint | null;

  @Column('int8', { name: 'default_key_day_nano_usd', nullable: true })
  defaultKeyDayNanoUsd!: bigint | null;
}
