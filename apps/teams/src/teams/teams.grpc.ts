import { requireActor } from '@modelbridge/access';
import type {
  ChangeTeamSettingsRequest,
  ChangeTeamSettingsResponse,
  CreateTeamRequest,
  CreateTeamResponse,
  DeleteTeamRequest,
  DeleteTeamResponse,
  GetAccountOwnerRequest,
  GetAccountOwnerResponse,
  GetStandingRequest,
  GetStandingResponse,
  GetTeamRequest,
  GetTeamResponse,
  ListTeamsRequest,
  ListTeamsResponse,
  RenameTeamRequest,
  RenameTeamResponse,
  TransferOwnershipRequest,
  TransferOwnershipResponse,
} from '@modelbridge/contracts/teams.v1';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { readSettings, standingMessage, teamMessage } from './team-message.js';
import {
  accountReferenceSchema,
  memberReferenceSchema,
  newTeamSchema,
  standingSchema,
  teamNameSchema,
  teamPageSchema,
  teamReferenceSchema,
  teamSettingsSchema,
} from './team.js';
import { TeamsService } from './teams.service.js';

@Controller()
export class TeamsGrpc {
  constructor(private readonly teams: TeamsService) {}

  @GrpcMethod('TeamsService', 'createTeam')
  async createTeam(request: CreateTeamRequest): Promise<CreateTeamResponse> {
    const actor = requireActor(request);
    const newTeam = validRequest(newTeamSchema, request);
    return { team: teamMessage(await this.teams.create(actor, newTeam)) };
  }

  @GrpcMethod('TeamsService', 'getTeam')
  async getTeam(request: GetTeamRequest): Promise<GetTeamResponse> {
    const actor = requireActor(request);
    const { teamId } = validRequest(teamReferenceSchema, request);
    return { team: teamMessage(await this.teams.get(actor, teamId)) };
  }

  @GrpcMethod('TeamsService', 'listTeams')
  async listTeams(request: ListTeamsRequest): Promise<ListTeamsResponse> {
    const actor = requireActor(request);
    const { teams, nextCursor } = await this.teams.list(
      actor,
      validRequest(teamPageSchema, request),
    );
    return { teams: teams.map(teamMessage), nextCursor };
  }

  @GrpcMethod('TeamsService', 'renameTeam')
  async renameTeam(request: RenameTeamRequest): Promise<RenameTeamResponse> {
    const actor = requireActor(request);
    const { teamId, name } = validRequest(teamNameSchema, request);
    return { team: teamMessage(await this.teams.rename(actor, teamId, name)) };
  }

  @GrpcMethod('TeamsService', 'deleteTeam')
  async deleteTeam(request: DeleteTeamRequest): Promise<DeleteTeamResponse> {
    const actor = requireActor(request);
    const { teamId } = validRequest(teamReferenceSchema, request);
    await this.teams.delete(actor, teamId);
    return {};
  }

  @GrpcMethod('TeamsService', 'changeTeamSettings')
  async changeTeamSettings(
    request: ChangeTeamSettingsRequest,
  ): Promise<ChangeTeamSettingsResponse> {
    const actor = requireActor(request);
    const { teamId, settings } = validRequest(teamSettingsSchema, {
      ...request,
      settings: readSettings(request.settings),
    });
    return { team: teamMessage(await this.teams.changeSettings(actor, teamId, settings)) };
  }

  @GrpcMethod('TeamsService', 'transferOwnership')
  async transferOwnership(request: TransferOwnershipRequest): Promise<TransferOwnershipResponse> {
    const actor = requireActor(request);
    const { teamId, userId } = validRequest(memberReferenceSchema, request);
    return { team: teamMessage(await this.teams.transfer(actor, teamId, userId)) };
  }

  @GrpcMethod('TeamsService', 'getStanding')
  async getStanding(request: GetStandingRequest): Promise<GetStandingResponse> {
    const { userId, team } = validRequest(standingSchema, request);
    const key = team.$case === 'teamId' ? { teamId: team.value } : { accountId: team.value };
    const standing = await this.teams.standing(userId, key);
    return { standing: standing && standingMessage(standing) };
  }

  @GrpcMethod('TeamsService', 'getAccountOwner')
  async getAccountOwner(request: GetAccountOwnerRequest): Promise<GetAccountOwnerResponse> {
    const { accountId } = validRequest(accountReferenceSchema, request);
    return { ownerUserId: await this.teams.ownerOf(accountId) };
  }
}
