import { Database, type Tx } from '@modelbridge/service-kit/database';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import { AddressesService } from '../clients/addresses.service.js';
import { JoiningService } from '../teams/joining.service.js';
import type { OwnTeam } from '../teams/teams.service.js';
import { emailKey, type Invitation } from './invitation.js';
import { InvitationsRepository } from './invitations.repository.js';
import { closed, type TeamInvitation } from './invitations.service.js';

/** What people do with invitations that were sent to their address. */
@Injectable()
export class ReceivedService {
  constructor(
    private readonly database: Database,
    private readonly addresses: AddressesService,
    private readonly joining: JoiningService,
    private readonly invitations: InvitationsRepository,
  ) {}

  /** Newest first. */
  async list(actor: string): Promise<TeamInvitation[]> {
    const open = await this.invitations.openFor(await this.addresses.of(actor));
    const teams = await Promise.all(open.map(({ teamId }) => this.joining.team(teamId)));
    return open.flatMap((invitation, index) => {
      const team = teams[index];
      return team === undefined ? [] : [{ invitation, team }];
    });
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
    return this.database.transaction(async (tx) => {
      const invitation = await this.lockOpen(tx, email, invitationId);
      const joined = await this.joining.join(tx, actor, invitation.teamId, invitation.role);
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
  if (invitation === undefined || emailKey(invitation.email) !== emailKey(email)) throw notSent();
  return invitation;
}

/** The same for an invitation of another address, of a team that is gone, and for none. */
function notSent(): RpcError {
  return new RpcError(
    'not_found',
    'there is no such invitation for your e-mail address: sign in with the address that it was sent to, or ask for a new one',
    { field: 'invitation_id' },
  );
}
