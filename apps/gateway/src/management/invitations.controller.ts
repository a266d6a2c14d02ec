import { Controller, UseInterceptors } from '@nestjs/common';
import type { Invitation } from '@modelbridge/contracts/teams.v1';
import { teamRoleCodes } from '@modelbridge/contracts/team-roles';
import { TeamsClient } from '../clients/clients.module.js';
import { RequestError } from '../errors/request-error.js';
import type { AnswerOf, AskedOf } from '../operations/operation.js';
import { pageJson } from '../operations/json-of.js';
import { Answers, Asked } from '../operations/operation.decorators.js';
import { ForManagementKeys } from './management-keys.interceptor.js';
import { Manager, type Managing } from './manager.decorator.js';
import { idOf } from './write-ids.js';
import { ofOwnTeam, ofPerson } from './team-reach.js';
import { invitationJson, teamJson } from './team-json.js';
import * as operations from './teams.operations.js';

/** Invitations to teams: those that a team sends, and those that a person has received. */
@Controller()
@UseInterceptors(ForManagementKeys)
export class InvitationsController {
  constructor(private readonly teams: TeamsClient) {}

  @Answers(operations.listTeamInvitations)
  async sent(
    @Manager() managing: Managing,
    @Asked(operations.listTeamInvitations)
    { params, query }: AskedOf<typeof operations.listTeamInvitations>,
  ): Promise<AnswerOf<typeof operations.listTeamInvitations>> {
    const own = ofOwnTeam(managing, params.id);
    const { invitations, nextCursor } = await this.teams.listInvitations({ ...own, ...query });
    return pageJson(invitations.map(invitationJson), nextCursor);
  }

  @Answers(operations.inviteTeamMember)
  async invite(
    @Manager() managing: Managing,
    @Asked(operations.inviteTeamMember)
    { params, body: { email, role } }: AskedOf<typeof operations.inviteTeamMember>,
  ): Promise<AnswerOf<typeof operations.inviteTeamMember>> {
    const of = ofOwnTeam(managing, params.id);
    const { invitation } = await this.teams.inviteMember({
      ...of,
      email,
      role: teamRoleCodes[role],
      invitationId: idOf('invitation', managing.writeId),
    });
    return shown(invitation);
  }

  @Answers(operations.resendTeamInvitation)
  async resend(
    @Manager() managing: Managing,
    @Asked(operations.resendTeamInvitation)
    { params }: AskedOf<typeof operations.resendTeamInvitation>,
  ): Promise<AnswerOf<typeof operations.resendTeamInvitation>> {
    const of = ofOwnTeam(managing, params.id);
    const invitationId = params.invitation_id;
    return shown((await this.teams.resendInvitation({ ...of, invitationId })).invitation);
  }

  @Answers(operations.withdrawTeamInvitation)
  async withdraw(
    @Manager() managing: Managing,
    @Asked(operations.withdrawTeamInvitation)
    { params }: AskedOf<typeof operations.withdrawTeamInvitation>,
  ): Promise<AnswerOf<typeof operations.withdrawTeamInvitation>> {
    const of = ofOwnTeam(managing, params.id);
    const invitationId = params.invitation_id;
    return shown((await this.teams.withdrawInvitation({ ...of, invitationId })).invitation);
  }

  @Answers(operations.listInvitations)
  async received(
    @Manager() managing: Managing,
    @Asked(operations.listInvitations) { query }: AskedOf<typeof operations.listInvitations>,
  ): Promise<AnswerOf<typeof operations.listInvitations>> {
    const { invitations, nextCursor } = await this.teams.listReceivedInvitations({
      ...ofPerson(managing),
      ...query,
    });
    return pageJson(invitations.map(invitationJson), nextCursor);
  }

  @Answers(operations.acceptInvitation)
  async accept(
    @Manager() managing: Managing,
    @Asked(operations.acceptInvitation)
    { params: { id: invitationId } }: AskedOf<typeof operations.acceptInvitation>,
  ): Promise<AnswerOf<typeof operations.acceptInvitation>> {
    const { team } = await this.teams.acceptInvitation({ ...ofPerson(managing), invitationId });
    if (team === undefined) throw RequestError.of('service_unavailable');
    return teamJson(team);
  }

  @Answers(operations.declineInvitation)
  async decline(
    @Manager() managing: Managing,
    @Asked(operations.declineInvitation)
    { params: { id: invitationId } }: AskedOf<typeof operations.declineInvitation>,
  ): Promise<AnswerOf<typeof operations.declineInvitation>> {
    const { invitation } = await this.teams.declineInvitation({
      ...ofPerson(managing),
      invitationId,
    });
    return shown(invitation);
  }
}

function shown(invitation: Invitation | undefined): ReturnType<typeof invitationJson> {
  if (invitation === undefined) throw RequestError.of('service_unavailable');
  return invitationJson(invitation);
}
