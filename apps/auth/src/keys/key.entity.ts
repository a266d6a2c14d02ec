import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  ForeignKey,
  Index,
  PrimaryColumn,
  Unique,
} from 'typeorm';
import { UserEntity } from '../users/user.entity.js';

@Entity('api_key')
@Unique('api_key_public_id_key', ['publicId'])
@Unique('api_key_key_sha256_key', ['keySha256'])
@Check('api_key_key_sha256_check', 'octet_length(key_sha256) = 32')
@Check('api_key_hash_until_revoked', '(key_sha256 is null) = (revoked_at is not null)')
@Index('api_key_by_account', ['accountId', 'id'])
@Index('api_key_by_user', ['userId'])
@Index('api_key_by_membership', ['membershipId'])
export class KeyEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text', { name: 'public_id' })
  publicId!: string;

  /** Read by nobody: keys are found by it. */
  @Column('bytea', { name: 'key_sha256', nullable: true, select: false })
  keySha256!: Buffer | null;

  @Column('text')
  name!: string;

  @Column('uuid', { name: 'account_id' })
  accountId!: string;

  @Column('uuid', { name: 'user_id' })
  @ForeignKey(() => UserEntity, { name: 'api_key_user_id_fkey' })
  userId!: string;

  @Column('uuid', { name: 'team_id', nullable: true })
  teamId!: string | null;

  @Column('uuid', { name: 'membership_id', nullable: true })
  membershipId!: string | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;
}
