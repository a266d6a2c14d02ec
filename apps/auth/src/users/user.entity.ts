import { Column, CreateDateColumn, Entity, PrimaryColumn, Unique } from 'typeorm';

export const emailTaken = 'app_user_email_key_key';

@Entity('app_user')
@Unique(emailTaken, ['emailKey'])
@Unique('app_user_account_id_key', ['accountId'])
@Unique('app_user_clerk_user_id_key', ['clerkUserId'])
export class UserEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  email!: string;

  @Column('text', { name: 'email_key' })
  emailKey!: string;

  @Column('text')
  name!: string;

  @Column('uuid', { name: 'account_id' })
  accountId!: string;

  @Column('text', { name: 'clerk_user_id', nullable: true })
  clerkUserId!: string | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}
