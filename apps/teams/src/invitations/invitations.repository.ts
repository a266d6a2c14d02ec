import { idFromUuid, uuidOf } from '@modelbridge/contracts';
import { Database, violatedConstraint, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { LessThan, MoreThan, type FindOptionsWhere } from 'typeorm';
import type { Page } from '../teams/page.js';
import { invitationBounds } from './bounds.js';
import { InvitationEntity, invitedAlready } from './invitation.entity.js';
import { emailKey, stateAt, type Invitation, type InvitationState } from './invitation.js';

type Sent = Pick<Invitation, 'invitationId' | 'teamId' | 'email' | 'role' | 'invitedByUserId'>;

@Injectable()
export class InvitationsRepository {
  constructor(private readonly database: Database) {}

  /** Undefined where one is open for this address. */
  async insert(tx: Tx, invitation: Sent): Promise<Invitation | undefined> {
    const { invitationId } = invitation;
    try {
      await tx.repository(InvitationEntity).insert({
        id: uuidOf('invitation', invitationId),
        teamId: uuidOf('team', invitation.teamId),
        email: invitation.email,
        emailKey: emailKey(invitation.email),
        role: invitation.role,
        invitedBy: uuidOf('user', invitation.invitedByUserId),
        expiresAt: newExpiry(),
      });
    } catch (error) {
      if (violatedConstraint(error) === invitedAlready) return undefined;
      throw error;
    }
    return this.find(invitationId, tx);
  }

  async find(
    invitationId: string,
    within: Tx | Database = this.database,
  ): Promise<Invitation | undefined> {
    const entity = await within
      .repository(InvitationEntity)
      .findOneBy({ id: uuidOf('invitation', invitationId) });
    return entity === null ? undefined : invitationOf(entity);
  }

  /** Open ones, newest first; at most one more than the page holds. */
  async openOf(teamId: string, page: Page): Promise<Invitation[]> {
    return this.openPage({ teamId: uuidOf('team', teamId) }, page);
  }

  /** The same of any team, expired ones left out. */
  async openFor(email: string, page: Page): Promise<Invitation[]> {
    return this.openPage({ emailKey: emailKey(email), expiresAt: MoreThan(new Date()) }, page);
  }

  private async openPage(
    of: FindOptionsWhere<InvitationEntity>,
    { limit, cursor }: Page,
  ): Promise<Invitation[]> {
    const entities = await this.database.repository(InvitationEntity).find({
      where: {
        ...of,
        state: 'open',
        ...(cursor !== undefined && { id: LessThan(uuidOf('invitation', cursor)) }),
      },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    return entities.map(invitationOf);
  }

  /** How many of a team are open, expired ones left out and not, and how many mails it has sent in 24 hours. */
  async counts(
    tx: Tx,
    teamId: string,
  ): Promise<{ acceptable: number; open: number; sentADay: number }> {
    const [counts] = await tx.query<{ acceptable: number; open: number; sentADay: number }>(
      `select count(*) filter (where state = 'open' and expires_at > now())::int as acceptable,
         count(*) filter (where state = 'open')::int as open,
         coalesce(sum(times_sent) filter (where sent_at > now() - interval '24 hours'), 0)::int
           as "sentADay"
       from team_invitation where team_id = $1`,
      [uuidOf('team', teamId)],
    );
    return counts ?? { acceptable: 0, open: 0, sentADay: 0 };
  }

  /** Counts one more mail; the invitation expires anew. */
  async sendAgain(tx: Tx, invitationId: string): Promise<void> {
    await tx.repository(InvitationEntity).update(
      { id: uuidOf('invitation', invitationId) },
      {
        timesSent: () => 'times_sent + 1',
        sentAt: () => 'now()',
        expiresAt: newExpiry(),
      },
    );
  }

  /**
   * Takes a person out of invitations: those that they sent are somebody's who is nobody, those to their address are
   * withdrawn where they were open, and have none. How many.
   */
  disown(
    tx: Tx,
    { userId, email }: { userId: string; email?: string },
    pseudonym: string,
  ): Promise<number> {
    return tx.execute(
      `update team_invitation set
         invited_by = case when invited_by = $1 then $2 else invited_by end,
         email = case when email_key = $3 then '' else email end,
         email_key = case when email_key = $3 then '' else email_key end,
         state = case when email_key = $3 and state = 'open' then 'withdrawn' else state end
       where invited_by = $1 or email_key = $3`,
      [
        uuidOf('user', userId),
        uuidOf('user', pseudonym),
        email === undefined ? null : emailKey(email),
      ],
    );
  }

  async close(
    tx: Tx,
    invitationId: string,
    state: Exclude<InvitationState, 'open' | 'expired'>,
  ): Promise<void> {
    await tx
      .repository(InvitationEntity)
      .update({ id: uuidOf('invitation', invitationId) }, { state });
  }
}

function newExpiry(): Date {
  return new Date(Date.now() + invitationBounds.lifetimeMs);
}

function invitationOf(entity: InvitationEntity): Invitation {
  return {
    invitationId: idFromUuid('invitation', entity.id),
    teamId: idFromUuid('team', entity.teamId),
    email: entity.email,
    role: entity.role,
    invitedByUserId: idFromUuid('user', entity.invitedBy),
    createdAt: entity.createdAt,
    expiresAt: entity.expiresAt,
    state: stateAt(entity.state, entity.expiresAt, new Date()),
    timesSent: entity.timesSent,
  };
}
