import { Database, type Tx } from '@modelbridge/service-kit/database';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import { AddressesService } from '../clients/addresses.service.js';
import { SeatsService } from '../clients/seats.service.js';
import { JoiningService } from '../teams/joining.service.js';
import { pageOf, type Page } from '../teams/page.js';
import type { OwnTeam } from '../teams/teams.service.js';
import { emailKey, type Invitation } from './invitation.js';
import { InvitationsRepository } from './invitations.repository.js';
import {
  closed,
  InvitationsService,
  type InvitationPage,
  type TeamInvitation,
} from './invitations.service.js';

/** What people do with invitations that were sent to their address. */
@Injectable()
export class ReceivedService {
  constructor(
    private readonly database: Database,
    private readonly addresses: AddressesService,
    private readonly joining: JoiningService,
    private readonly invitations: InvitationsRepository,
    private readonly sent: InvitationsService,
    private readonly seats: SeatsService,
  ) {}

  /** Newest first. */
  async list(actor: string, page: Page): Promise<InvitationPage> {
    const email = await this.addresses.of(actor);
    await this.sent.requireOfList(page, (last) => isFor(email, last));
    const found = await this.invitations.openFor(email, page);
    const { items, nextCursor } = pageOf(found, page, ({ invitationId }) => invitationId);
    const teams = await Promise.all(items.map(({ teamId }) => this.joining.team(teamId)));
    const invitations = items.flatMap((invitation, index) => {
      const team = teams[index];
      return team === undefined ? [] : [{ invitation, team }];
    });
    return { invitations, nextCursor };
  }

  async get(actor: string, invitationId: string): Promise<TeamInvitation> {
    const email = await this.addresses.of(actor);
    const invitation = sentTo(email, await this.invitations.find(invitationId));
    const team = await this.joining.team(invitation.teamId);
    if (team === undefined) throw notSent();
    return { invitation, team };
  }

  async accept(actor: string, invitationId: string): Promise<OwnTeam> {
    const email = await this.addresses.of(actor);
    const { teamId } = sentTo(email, await this.invitations.find(invitationId));
    const team = await this.joining.team(teamId);
    if (team === undefined) throw notSent();
    const seats = await this.seats.of(team.accountId);
    return this.database.transaction(async (tx) => {
      const { role } = await this.lockOpen(tx, email, invitationId);
      const joined = await this.joining.join(tx, actor, teamId, role, seats);
      await this.invitations.close(tx, invitationId, 'accepted');
      return joined;
    });
  }

  async decline(actor: string, invitationId: string): Promise<TeamInvitation> {
    const email = await this.addresses.of(actor);
    return this.database.transaction(async (tx) => {
      const { teamId } = await this.lockOpen(tx, email, invitationId);
      await this.invitations.close(tx, invitationId, 'declined');
      const team = await this.joining.team(teamId, tx);
      const invitation = await this.invitations.find(invitationId, tx);
      if (team === undefined || invitation === undefined) throw notSent();
      return { team, invitation };
    });
  }

  /** An open invitation of this address; its team is locked, as by whoever else changes it. */
  private async lockOpen(tx: Tx, email: string, invitationId: string): Promise<Invitation> {
    const { teamId } = sentTo(email, await this.invitations.find(invitationId, tx));
    if (!(await this.joining.lock(tx, teamId))) throw notSent();
    const invitation = sentTo(email, await this.invitations.find(invitationId, tx));
    if (invitation.state !== 'open') throw closed(invitation);
    return invitation;
  }
}

function sentTo(email: string, invitation: Invitation | undefined): Invitation {
  if (invitation === undefined || !isFor(email, invitation)) throw notSent();
  return invitation;
}

function isFor(email: string, invitation: Invitation): boolean {
  return emailKey(invitation.email) === emailKey(email);
}

/** The same for an invitation of another address, of a team that is gone, and for none. */
function notSent(): RpcError {
  return new RpcError(
    'not_found',
    'there is no such invitation for your e-mail address: sign in with the address that it was sent to, or ask for a new one',
    { field: 'invitation_id' },
  );
}
