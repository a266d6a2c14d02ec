import { newId } from '@modelbridge/contracts';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import { notOfThisList, pageOf, type Page } from '../teams/page.js';
import { SeatsService } from '../clients/seats.service.js';
import { JoiningService } from '../teams/joining.service.js';
import { TeamAccess, type Admitted } from '../teams/team-access.service.js';
import type { Team } from '../teams/team.js';
import { invitationBounds } from './bounds.js';
import { closedBecause, type Invitation, type NewInvitation } from './invitation.js';
import { InvitationMails } from './invitation-mails.service.js';
import { InvitationsRepository } from './invitations.repository.js';

export interface TeamInvitation {
  invitation: Invitation;
  team: Pick<Team, 'teamId' | 'name'>;
}

export interface InvitationPage {
  invitations: TeamInvitation[];
  /** Empty on the last page. */
  nextCursor: string;
}

/** What a team does with its invitations. */
@Injectable()
export class InvitationsService {
  constructor(
    private readonly database: Database,
    private readonly mails: InvitationMails,
    private readonly access: TeamAccess,
    private readonly joining: JoiningService,
    private readonly seats: SeatsService,
    private readonly invitations: InvitationsRepository,
  ) {}

  /** An invitation of the same id that the team has is left as it is. */
  async invite(
    actor: string,
    { teamId, email, role, invitationId = newId('invitation') }: NewInvitation,
  ): Promise<TeamInvitation> {
    const { accountId } = (await this.access.read('inviteMember', actor, teamId)).team;
    const seats = await this.seats.of(accountId);
    return this.database.transaction(async (tx) => {
      const admitted = await this.access.lock(tx, 'inviteMember', actor, teamId);
      const { team } = admitted;
      if (role === 'admin') mayHandleAdmins(admitted);
      const before = await this.invitations.find(invitationId, tx);
      if (before?.teamId === teamId) return { team, invitation: before };
      await this.requireSeat(tx, teamId, seats);
      await this.requireRoom(tx, teamId, true);
      const invitation = await this.invitations.insert(tx, {
        invitationId,
        teamId,
        email,
        role,
        invitedByUserId: actor,
      });
      if (invitation === undefined) {
        throw new RpcError(
          'already_exists',
          'email has an invitation to this team already: send that one again, or withdraw it',
          { field: 'email' },
        );
      }
      await this.mails.add(tx, invitation);
      return { team, invitation };
    });
  }

  /** The open ones, newest first. */
  async list(actor: string, teamId: string, page: Page): Promise<InvitationPage> {
    const { team } = await this.access.read('listInvitations', actor, teamId);
    await this.requireOfList(page, (last) => last.teamId === teamId);
    const found = await this.invitations.openOf(teamId, page);
    const { items, nextCursor } = pageOf(found, page, ({ invitationId }) => invitationId);
    return { invitations: items.map((invitation) => ({ team, invitation })), nextCursor };
  }

  /** Invitations stay, whatever becomes of them: a cursor names one of the list, or is of another. */
  async requireOfList({ cursor }: Page, isOfList: (last: Invitation) => boolean): Promise<void> {
    if (cursor === undefined) return;
    const last = await this.invitations.find(cursor);
    if (last !== undefined && isOfList(last)) return;
    throw new RpcError('invalid_argument', `cursor ${notOfThisList}`, { field: 'cursor' });
  }

  resend(actor: string, teamId: string, invitationId: string): Promise<TeamInvitation> {
    return this.changing('resendInvitation', actor, teamId, invitationId, async (tx, before) => {
      if (before.invitation.timesSent >= invitationBounds.sentEach) {
        throw new RpcError(
          'resource_exhausted',
          `the invitation was sent ${invitationBounds.sentEach} times: withdraw it and invite anew`,
          { field: 'invitation_id' },
        );
      }
      await this.requireRoom(tx, teamId, false);
      await this.invitations.sendAgain(tx, invitationId);
      const invitation = await this.ofTeam(tx, teamId, invitationId);
      await this.mails.add(tx, invitation);
    });
  }

  withdraw(actor: string, teamId: string, invitationId: string): Promise<TeamInvitation> {
    return this.changing('withdrawInvitation', actor, teamId, invitationId, (tx) =>
      this.invitations.close(tx, invitationId, 'withdrawn'),
    );
  }

  private changing(
    method: 'resendInvitation' | 'withdrawInvitation',
    actor: string,
    teamId: string,
    invitationId: string,
    change: (tx: Tx, before: TeamInvitation) => Promise<void>,
  ): Promise<TeamInvitation> {
    return this.database.transaction(async (tx) => {
      const admitted = await this.access.lock(tx, method, actor, teamId);
      const { team } = admitted;
      const invitation = await this.ofTeam(tx, teamId, invitationId);
      if (invitation.role === 'admin') mayHandleAdmins(admitted);
      if (invitation.state !== 'open' && invitation.state !== 'expired') {
        throw closed(invitation);
      }
      await change(tx, { team, invitation });
      return { team, invitation: await this.ofTeam(tx, teamId, invitationId) };
    });
  }

  private async ofTeam(tx: Tx, teamId: string, invitationId: string): Promise<Invitation> {
    const invitation = await this.invitations.find(invitationId, tx);
    if (invitation?.teamId !== teamId) {
      throw new RpcError('not_found', 'the team has no such invitation', {
        field: 'invitation_id',
      });
    }
    return invitation;
  }

  /** Whoever is invited would find no room: each invitation that can be accepted counts as a member. */
  private async requireSeat(tx: Tx, teamId: string, seats: number): Promise<void> {
    const { acceptable } = await this.invitations.counts(tx, teamId);
    const members = await this.joining.countMembers(tx, teamId);
    if (members + acceptable < seats) return;
    throw new RpcError(
      'resource_exhausted',
      `the plan of the team allows ${seats} members, and it has ${members} and ${acceptable} invitations: withdraw one, remove a member, or take a larger plan`,
      { field: 'team_id', details: { reason: 'plan' } },
    );
  }

  private async requireRoom(tx: Tx, teamId: string, another: boolean): Promise<void> {
    const { open, sentADay } = await this.invitations.counts(tx, teamId);
    if (another && open >= invitationBounds.open) {
      throw new RpcError(
        'resource_exhausted',
        `the team has ${open} open invitations, the most there may be: withdraw some first`,
        { field: 'team_id' },
      );
    }
    if (sentADay >= invitationBounds.sentADay) {
      throw new RpcError(
        'resource_exhausted',
        `the team has sent ${sentADay} invitations in 24 hours, the most there may be: try again tomorrow`,
        { field: 'team_id' },
      );
    }
  }

  /** Takes a person out of those that they sent, and their address out of those to them; how many. */
  disown(tx: Tx, person: { userId: string; email?: string }, pseudonym: string): Promise<number> {
    return this.invitations.disown(tx, person, pseudonym);
  }
}

/** Admins come and go by the owner's will alone. */
function mayHandleAdmins({ self }: Admitted): void {
  if (self.role === 'owner') return;
  throw new RpcError(
    'permission_denied',
    'only the owner may invite an admin: ask them, or invite a member',
    { field: 'actor_user_id' },
  );
}

/** For an invitation that can no longer be taken up. */
export function closed({ state }: Invitation): RpcError {
  if (state === 'open') throw new TypeError('the invitation is open');
  return new RpcError('failed_precondition', closedBecause[state], {
    field: 'invitation_id',
    details: { reason: state },
  });
}
