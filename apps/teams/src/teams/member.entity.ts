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
import type { GivenRole } from './team.js';
import { TeamEntity } from './team.entity.js';

@Entity('team_member')
@Unique('team_member_membership_id_key', ['membershipId'])
@Check('team_member_role_check', `role in ('admin', 'member')`)
@Index('team_member_by_user', ['userId'])
export class MemberEntity {
  @PrimaryColumn('uuid', { name: 'team_id', primaryKeyConstraintName: 'team_member_pkey' })
  @ForeignKey(() => TeamEntity, { name: 'team_member_team_id_fkey' })
  teamId!: string;

  @PrimaryColumn('uuid', { name: 'user_id', primaryKeyConstraintName: 'team_member_pkey' })
  userId!: string;

  @Column('uuid', { name: 'membership_id' })
  membershipId!: string;

  @Column('text')
  role!: GivenRole;

  @CreateDateColumn({ type: 'timestamptz', name: 'joined_at' })
  joinedAt!: Date;
}
