import {
  teamRoutes,
  type Answer,
  type Invitation as InvitationJson,
  type Team,
} from '@modelbridge/dashboard-api';
import { Controller } from '@nestjs/common';
import { TeamsClient } from '../clients/clients.js';
import { Answers } from '../routes/answers.decorator.js';
import { Asked } from '../routes/asked.decorator.js';
import type { Parts } from '../routes/parts.js';
import { SignedIn } from '../sessions/session.guard.js';
import type { Session } from '../sessions/session.js';
import { invitationJson, roleCode, teamJson } from './team-json.js';

type Page = Answer<typeof teamRoutes.invitations>;

const pageSize = 50;

/** Invitations that a team sends, and those that a person has received. */
@Controller()
export class InvitationsController {
  constructor(private readonly teams: TeamsClient) {}

  @Answers(teamRoutes.invitations)
  async list(
    @SignedIn() { userId: actorUserId }: Session,
    @Asked() { params, query }: Parts<typeof teamRoutes.invitations>,
  ): Promise<Page> {
    return pageJson(
      await this.teams.listInvitations({
        actorUserId,
        teamId: params.team_id,
        limit: pageSize,
        cursor: query.cursor ?? '',
      }),
    );
  }

  @Answers(teamRoutes.invite)
  async invite(
    @SignedIn() { userId: actorUserId }: Session,
    @Asked() { params, body }: Parts<typeof teamRoutes.invite>,
  ): Promise<InvitationJson> {
    const asked = { actorUserId, teamId: params.team_id, email: body.email };
    const { invitation } = await this.teams.inviteMember({ ...asked, role: roleCode(body.role) });
    return invitationJson(invitation);
  }

  @Answers(teamRoutes.resend)
  async resend(
    @SignedIn() { userId: actorUserId }: Session,
    @Asked() { params }: Parts<typeof teamRoutes.resend>,
  ): Promise<InvitationJson> {
    const asked = { actorUserId, teamId: params.team_id, invitationId: params.invitation_id };
    return invitationJson((await this.teams.resendInvitation(asked)).invitation);
  }

  @Answers(teamRoutes.withdraw)
  async withdraw(
    @SignedIn() { userId: actorUserId }: Session,
    @Asked() { params }: Parts<typeof teamRoutes.withdraw>,
  ): Promise<InvitationJson> {
    const asked = { actorUserId, teamId: params.team_id, invitationId: params.invitation_id };
    return invitationJson((await this.teams.withdrawInvitation(asked)).invitation);
  }

  @Answers(teamRoutes.received)
  async received(
    @SignedIn() { userId: actorUserId }: Session,
    @Asked() { query }: Parts<typeof teamRoutes.received>,
  ): Promise<Page> {
    const asked = { actorUserId, limit: pageSize, cursor: query.cursor ?? '' };
    return pageJson(await this.teams.listReceivedInvitations(asked));
  }

  @Answers(teamRoutes.invitation)
  async get(
    @SignedIn() { userId: actorUserId }: Session,
    @Asked() { params }: Parts<typeof teamRoutes.invitation>,
  ): Promise<InvitationJson> {
    const asked = { actorUserId, invitationId: params.invitation_id };
    return invitationJson((await this.teams.getInvitation(asked)).invitation);
  }

  @Answers(teamRoutes.accept)
  async accept(
    @SignedIn() { userId: actorUserId }: Session,
    @Asked() { params }: Parts<typeof teamRoutes.accept>,
  ): Promise<Team> {
    const asked = { actorUserId, invitationId: params.invitation_id };
    return teamJson((await this.teams.acceptInvitation(asked)).team);
  }

  @Answers(teamRoutes.decline)
  async decline(
    @SignedIn() { userId: actorUserId }: Session,
    @Asked() { params }: Parts<typeof teamRoutes.decline>,
  ): Promise<InvitationJson> {
    const asked = { actorUserId, invitationId: params.invitation_id };
    return invitationJson((await this.teams.declineInvitation(asked)).invitation);
  }
}

type Listed = Awaited<ReturnType<TeamsClient['listInvitations']>>;

function pageJson({ invitations, nextCursor }: Listed): Page {
  return {
    items: invitations.map(invitationJson),
    next_cursor: nextCursor === '' ? null : nextCursor,
  };
}
