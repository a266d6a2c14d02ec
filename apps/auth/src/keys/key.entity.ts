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
import type { KeyApiName, KeyScopeName } from './key-restrictions.js';

@Entity('api_key')
@Unique('api_key_public_id_key', ['publicId'])
@Unique('api_key_key_sha256_key', ['keySha256'])
@Unique('api_key_previous_public_id_key', ['previousPublicId'])
@Unique('api_key_previous_key_sha256_key', ['previousKeySha256'])
@Check('api_key_key_sha256_check', 'octet_length(key_sha256) = 32')
@Check('api_key_hash_until_revoked', '(key_sha256 is null) = (revoked_at is not null)')
@Check('api_key_scope_check', "scope in ('inference', 'management')")
@Check(
  'api_key_previous_is_whole',
  '(previous_public_id is null) = (previous_key_sha256 is null) and (previous_public_id is null) = (previous_until is null)',
)
@Check('api_key_previous_until_revoked', 'previous_key_sha256 is null or revoked_at is null')
@Index('api_key_by_account', ['accountId', 'id'])
@Index('api_key_by_user', ['userId'])
@Index('api_key_by_membership', ['membershipId'])
@Index('api_key_by_team', ['teamId'])
@Index('api_key_name', ['accountId', 'userId', 'nameKey'], {
  unique: true,
  where: 'revoked_at IS NULL',
})
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

  @Column('text', { name: 'name_key', select: false })
  nameKey!: string;

  @Column('uuid', { name: 'account_id' })
  accountId!: string;

  @Column('uuid', { name: 'user_id' })
  @ForeignKey(() => UserEntity, { name: 'api_key_user_id_fkey' })
  userId!: string;

  @Column('uuid', { name: 'team_id', nullable: true })
  teamId!: string | null;

  @Column('uuid', { name: 'membership_id', nullable: true })
  membershipId!: string | null;
  @Column('text', { default: 'inference' })
  scope!: KeyScopeName;

  @Column('bool', { name: 'is_test', default: false })
  isTest!: boolean;

  @Column('text', { name: 'allowed_models', array: true, default: [] })
  allowedModels!: string[];

  @Column('bool', { name: 'never_stored_only', default: false })
  neverStoredOnly!: boolean;

  @Column('text', { name: 'allowed_apis', array: true, default: [] })
  allowedApis!: KeyApiName[];

  @Column('text', { name: 'allowed_addresses', array: true, default: [] })
  allowedAddresses!: string[];

  @Column('int4', { name: 'requests_per_minute', default: 0 })
  requestsPerMinute!: number;

  @Column('int4', { name: 'tokens_per_minute', default: 0 })
  tokensPerMinute!: number;

  @Column('int4', { name: 'concurrent_requests', default: 0 })
  concurrentRequests!: number;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  @Column('timestamptz', { name: 'disabled_at', nullable: true })
  disabledAt!: Date | null;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;

  @Column('timestamptz', { name: 'last_used_at', nullable: true })
  lastUsedAt!: Date | null;

  @Column('text', { name: 'previous_public_id', nullable: true })
  previousPublicId!: string | null;

  /** Read by nobody, as the other one. */
  @Column('bytea', { name: 'previous_key_sha256', nullable: true, select: false })
  previousKeySha256!: Buffer | null;

  @Column('timestamptz', { name: 'previous_until', nullable: true })
  previousUntil!: Date | null;

  /** Read by nobody: the last rotation is told from others by it. */
  @Column('uuid', { name: 'rotation_id', nullable: true, select: false })
  rotationId!: string | null;
}
