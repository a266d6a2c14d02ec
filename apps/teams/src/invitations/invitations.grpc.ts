import { requireActor } from '@modelbridge/access';
import { teamRoleCodes } from '@modelbridge/contracts/team-roles';
import {
  InvitationState as StateMessage,
  type AcceptInvitationRequest,
  type AcceptInvitationResponse,
  type DeclineInvitationRequest,
  type DeclineInvitationResponse,
  type GetInvitationRequest,
  type GetInvitationResponse,
  type Invitation as InvitationMessage,
  type InviteMemberRequest,
  type InviteMemberResponse,
  type ListInvitationsRequest,
  type ListInvitationsResponse,
  type ListReceivedInvitationsRequest,
  type ListReceivedInvitationsResponse,
  type ResendInvitationRequest,
  type ResendInvitationResponse,
  type WithdrawInvitationRequest,
  type WithdrawInvitationResponse,
} from '@modelbridge/contracts/teams.v1';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { readGivenRole, teamMessage } from '../teams/team-message.js';
import {
  invitationPageSchema,
  newInvitationSchema,
  receivedInvitationSchema,
  receivedPageSchema,
  teamInvitationSchema,
  type InvitationState,
} from './invitation.js';
import {
  InvitationsService,
  type InvitationPage,
  type TeamInvitation,
} from './invitations.service.js';
import { ReceivedService } from './received.service.js';

@Controller()
export class InvitationsGrpc {
  constructor(
    private readonly invitations: InvitationsService,
    private readonly received: ReceivedService,
  ) {}

  @GrpcMethod('TeamsService', 'inviteMember')
  async inviteMember(request: InviteMemberRequest): Promise<InviteMemberResponse> {
    const actor = requireActor(request);
    const invitation = validRequest(newInvitationSchema, {
      ...request,
      role: readGivenRole(request.role),
    });
    return { invitation: invitationMessage(await this.invitations.invite(actor, invitation)) };
  }

  @GrpcMethod('TeamsService', 'listInvitations')
  async listInvitations(request: ListInvitationsRequest): Promise<ListInvitationsResponse> {
    const actor = requireActor(request);
    const { teamId, ...page } = validRequest(invitationPageSchema, request);
    return pageMessage(await this.invitations.list(actor, teamId, page));
  }

  @GrpcMethod('TeamsService', 'resendInvitation')
  async resendInvitation(request: ResendInvitationRequest): Promise<ResendInvitationResponse> {
    const actor = requireActor(request);
    const { teamId, invitationId } = validRequest(teamInvitationSchema, request);
    const sent = await this.invitations.resend(actor, teamId, invitationId);
    return { invitation: invitationMessage(sent) };
  }

  @GrpcMethod('TeamsService', 'withdrawInvitation')
  async withdrawInvitation(
    request: WithdrawInvitationRequest,
  ): Promise<WithdrawInvitationResponse> {
    const actor = requireActor(request);
    const { teamId, invitationId } = validRequest(teamInvitationSchema, request);
    const withdrawn = await this.invitations.withdraw(actor, teamId, invitationId);
    return { invitation: invitationMessage(withdrawn) };
  }

  @GrpcMethod('TeamsService', 'listReceivedInvitations')
  async listReceivedInvitations(
    request: ListReceivedInvitationsRequest,
  ): Promise<ListReceivedInvitationsResponse> {
    const actor = requireActor(request);
    return pageMessage(await this.received.list(actor, validRequest(receivedPageSchema, request)));
  }

  @GrpcMethod('TeamsService', 'getInvitation')
  async getInvitation(request: GetInvitationRequest): Promise<GetInvitationResponse> {
    const actor = requireActor(request);
    const { invitationId } = validRequest(receivedInvitationSchema, request);
    return { invitation: invitationMessage(await this.received.get(actor, invitationId)) };
  }

  @GrpcMethod('TeamsService', 'acceptInvitation')
  async acceptInvitation(request: AcceptInvitationRequest): Promise<AcceptInvitationResponse> {
    const actor = requireActor(request);
    const { invitationId } = validRequest(receivedInvitationSchema, request);
    return { team: teamMessage(await this.received.accept(actor, invitationId)) };
  }

  @GrpcMethod('TeamsService', 'declineInvitation')
  async declineInvitation(request: DeclineInvitationRequest): Promise<DeclineInvitationResponse> {
    const actor = requireActor(request);
    const { invitationId } = validRequest(receivedInvitationSchema, request);
    return { invitation: invitationMessage(await this.received.decline(actor, invitationId)) };
  }
}

const stateCodes: Record<InvitationState, StateMessage> = {
  open: StateMessage.OPEN,
  accepted: StateMessage.ACCEPTED,
  declined: StateMessage.DECLINED,
  withdrawn: StateMessage.WITHDRAWN,
  expired: StateMessage.EXPIRED,
};

function pageMessage({ invitations, nextCursor }: InvitationPage): ListInvitationsResponse {
  return { invitations: invitations.map(invitationMessage), nextCursor };
}

function invitationMessage({ invitation, team }: TeamInvitation): InvitationMessage {
  const { timesSent: _, ...rest } = invitation;
  return {
    ...rest,
    teamName: team.name,
    role: teamRoleCodes[invitation.role],
    state: stateCodes[invitation.state],
  };
}
