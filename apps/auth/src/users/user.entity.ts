import { Check, Column, CreateDateColumn, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { Preferences } from './settings.js';

export const emailTaken = 'app_user_email_key_key';

@Entity('app_user')
@Unique(emailTaken, ['emailKey'])
@Unique('app_user_account_id_key', ['accountId'])
@Unique('app_user_clerk_user_id_key', ['clerkUserId'])
@Index('app_user_by_clerk_compare_at', ['clerkCompareAt'])
@Index('app_user_restricted', ['id'], { where: 'restricted_at is not null' })
@Check('app_user_email_until_closed', '(email_key is null) = (closed_at is not null)')
export class UserEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  email!: string;

  @Column('text', { name: 'email_key', nullable: true })
  emailKey!: string | null;

  @Column('text')
  name!: string;

  @Column('uuid', { name: 'account_id' })
  accountId!: string;

  @Column('text', { name: 'clerk_user_id', nullable: true })
  clerkUserId!: string | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column('text', { default: '' })
  plan!: string;

  @Column('text', { name: 'billing_mode', default: 'prepaid' })
  billingMode!: string;

  @Column('text', { name: 'time_zone', default: 'UTC' })
  timeZone!: string;

  @Column('jsonb', { default: {} })
  preferences!: Partial<Preferences>;

  @Column('boolean', { name: 'store_content', default: true })
  storeContent!: boolean;

  @Column('boolean', { name: 'name_is_own', default: false })
  nameIsOwn!: boolean;

  @Column('timestamptz', { name: 'clerk_updated_at', nullable: true })
  clerkUpdatedAt!: Date | null;

  @Column('timestamptz', { name: 'clerk_compare_at', default: () => 'now()' })
  clerkCompareAt!: Date;

  @Column('uuid', { name: 'erasure_id', nullable: true })
  erasureId!: string | null;

  @Column('timestamptz', { name: 'closed_at', nullable: true })
  closedAt!: Date | null;

  @Column('timestamptz', { name: 'restricted_at', nullable: true })
  restrictedAt!: Date | null;
}
