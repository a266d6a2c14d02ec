import { requireActor } from '@modelbridge/access';
import type {
  ChangeMemberRoleRequest,
  ChangeMemberRoleResponse,
  LeaveTeamRequest,
  LeaveTeamResponse,
  ListMembersRequest,
  ListMembersResponse,
  RemoveMemberRequest,
  RemoveMemberResponse,
  SetMemberLimitRequest,
  SetMemberLimitResponse,
} from '@modelbridge/contracts/teams.v1';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { PeopleService } from '../clients/people.service.js';
import { MembersService } from './members.service.js';
import { memberMessage, readGivenRole } from './team-message.js';
import {
  memberLimitSchema,
  memberPageSchema,
  memberReferenceSchema,
  memberRoleSchema,
  teamReferenceSchema,
} from './team.js';

@Controller()
export class MembersGrpc {
  constructor(
    private readonly members: MembersService,
    private readonly people: PeopleService,
  ) {}

  @GrpcMethod('TeamsService', 'listMembers')
  async listMembers(request: ListMembersRequest): Promise<ListMembersResponse> {
    const actor = requireActor(request);
    const { teamId, ...page } = validRequest(memberPageSchema, request);
    const { members, nextCursor } = await this.members.list(actor, teamId, page);
    return { members: (await this.people.named(members)).map(memberMessage), nextCursor };
  }

  @GrpcMethod('TeamsService', 'changeMemberRole')
  async changeMemberRole(request: ChangeMemberRoleRequest): Promise<ChangeMemberRoleResponse> {
    const actor = requireActor(request);
    const { teamId, userId, role } = validRequest(memberRoleSchema, {
      ...request,
      role: readGivenRole(request.role),
    });
    return { member: memberMessage(await this.members.changeRole(actor, teamId, userId, role)) };
  }

  @GrpcMethod('TeamsService', 'removeMember')
  async removeMember(request: RemoveMemberRequest): Promise<RemoveMemberResponse> {
    const actor = requireActor(request);
    const { teamId, userId } = validRequest(memberReferenceSchema, request);
    await this.members.remove(actor, teamId, userId);
    return {};
  }

  @GrpcMethod('TeamsService', 'leaveTeam')
  async leaveTeam(request: LeaveTeamRequest): Promise<LeaveTeamResponse> {
    const actor = requireActor(request);
    const { teamId } = validRequest(teamReferenceSchema, request);
    await this.members.leave(actor, teamId);
    return {};
  }

  @GrpcMethod('TeamsService', 'setMemberLimit')
  async setMemberLimit(request: SetMemberLimitRequest): Promise<SetMemberLimitResponse> {
    const actor = requireActor(request);
    const { teamId, userId, monthlyLimitNanoUsd } = validRequest(memberLimitSchema, request);
    await this.members.setLimit(actor, teamId, userId, monthlyLimitNanoUsd);
    return {};
  }
}
