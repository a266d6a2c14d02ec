import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { GivenRole } from '../teams/team.js';
import { TeamEntity } from '../teams/team.entity.js';
import type { storedStates } from './invitation.js';

export const invitedAlready = 'team_invitation_open';

@Entity('team_invitation')
@Check('team_invitation_role_check', `role in ('admin', 'member')`)
@Check('team_invitation_state_check', `state in ('open', 'accepted', 'declined', 'withdrawn')`)
@Index(invitedAlready, ['teamId', 'emailKey'], { unique: true, where: `state = 'open'` })
@Index('team_invitation_by_team', ['teamId', 'id'])
@Index('team_invitation_by_email', ['emailKey'])
export class InvitationEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'team_id' })
  @ForeignKey(() => TeamEntity, { name: 'team_invitation_team_id_fkey' })
  teamId!: string;

  @Column('text')
  email!: string;

  @Column('text', { name: 'email_key' })
  emailKey!: string;

  @Column('text')
  role!: GivenRole;

  @Column('uuid', { name: 'invited_by' })
  invitedBy!: string;

  @Column('text', { default: 'open' })
  state!: (typeof storedStates)[number];

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  @Column('integer', { name: 'times_sent', default: 1 })
  timesSent!: number;

  @Column('timestamptz', { name: 'sent_at', default: () => 'now()' })
  sentAt!: Date;
}
