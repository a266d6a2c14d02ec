import { Controller, UseInterceptors } from '@nestjs/common';
import { teamRoleCodes } from '@modelbridge/contracts/team-roles';
import { BillingClient, TeamsClient } from '../clients/clients.module.js';
import { RequestError } from '../errors/request-error.js';
import type { AnswerOf, AskedOf } from '../operations/operation.js';
import { pageJson } from '../operations/json-of.js';
import { Answers, Asked } from '../operations/operation.decorators.js';
import { ForManagementKeys } from './management-keys.interceptor.js';
import { Manager, type Managing } from './manager.decorator.js';
import { idOf } from './write-ids.js';
import { ofOwnTeam, ofPerson } from './team-reach.js';
import { changedSettings, memberJson, teamJson } from './team-json.js';
import * as operations from './teams.operations.js';

const done = { object: 'done' } as const;

/** Teams and their members, as the person who made the management key may see and change them. */
@Controller()
@UseInterceptors(ForManagementKeys)
export class TeamsController {
  constructor(
    private readonly teams: TeamsClient,
    private readonly billing: BillingClient,
  ) {}

  @Answers(operations.listTeams)
  async list(
    @Manager() managing: Managing,
    @Asked(operations.listTeams) { query }: AskedOf<typeof operations.listTeams>,
  ): Promise<AnswerOf<typeof operations.listTeams>> {
    const { actorUserId, teamId } = managing;
    if (teamId !== undefined) {
      const { team } = await this.teams.getTeam({ actorUserId, teamId });
      return pageJson([teamJson(given(team))], '');
    }
    const { teams, nextCursor } = await this.teams.listTeams({ actorUserId, ...query });
    return pageJson(teams.map(teamJson), nextCursor);
  }

  @Answers(operations.createTeam)
  async create(
    @Manager() managing: Managing,
    @Asked(operations.createTeam) { body: { name } }: AskedOf<typeof operations.createTeam>,
  ): Promise<AnswerOf<typeof operations.createTeam>> {
    const { team } = await this.teams.createTeam({
      ...ofPerson(managing),
      name,
      teamId: idOf('team', managing.writeId),
    });
    return teamJson(given(team));
  }

  @Answers(operations.getTeam)
  async get(
    @Manager() managing: Managing,
    @Asked(operations.getTeam) { params }: AskedOf<typeof operations.getTeam>,
  ): Promise<AnswerOf<typeof operations.getTeam>> {
    const { team } = await this.teams.getTeam(ofOwnTeam(managing, params.id));
    return teamJson(given(team));
  }

  @Answers(operations.updateTeam)
  async update(
    @Manager() managing: Managing,
    @Asked(operations.updateTeam) { params, body }: AskedOf<typeof operations.updateTeam>,
  ): Promise<AnswerOf<typeof operations.updateTeam>> {
    const own = ofOwnTeam(managing, params.id);
    if (body.name !== undefined) await this.teams.renameTeam({ ...own, name: body.name });
    const { team } = await this.teams.getTeam(own);
    if (body.settings === undefined) return teamJson(given(team));
    const settings = changedSettings(team?.settings, body.settings);
    const changed = await this.teams.changeTeamSettings({ ...own, settings });
    return teamJson(given(changed.team));
  }

  @Answers(operations.deleteTeam)
  async delete(
    @Manager() managing: Managing,
    @Asked(operations.deleteTeam) { params }: AskedOf<typeof operations.deleteTeam>,
  ): Promise<AnswerOf<typeof operations.deleteTeam>> {
    await this.teams.deleteTeam(ofOwnTeam(managing, params.id));
    return done;
  }

  @Answers(operations.transferTeam)
  async transfer(
    @Manager() managing: Managing,
    @Asked(operations.transferTeam) { params, body }: AskedOf<typeof operations.transferTeam>,
  ): Promise<AnswerOf<typeof operations.transferTeam>> {
    const own = ofOwnTeam(managing, params.id);
    const { team } = await this.teams.transferOwnership({ ...own, userId: body.user_id });
    return teamJson(given(team));
  }

  @Answers(operations.listTeamMembers)
  async members(
    @Manager() managing: Managing,
    @Asked(operations.listTeamMembers)
    { params, query }: AskedOf<typeof operations.listTeamMembers>,
  ): Promise<AnswerOf<typeof operations.listTeamMembers>> {
    const own = ofOwnTeam(managing, params.id);
    const [{ members, nextCursor }, { team }] = await Promise.all([
      this.teams.listMembers({ ...own, ...query }),
      this.teams.getTeam(own),
    ]);
    const { members: months, resetsAt } = await this.billing.listMemberLimits({
      accountId: given(team).accountId,
      userIds: members.map(({ userId }) => userId),
      actorUserId: managing.actorUserId,
    });
    const data = members.map((member) => {
      const month = months.find(({ userId }) => userId === member.userId);
      return memberJson(member, given(month), resetsAt);
    });
    return pageJson(data, nextCursor);
  }

  @Answers(operations.updateTeamMember)
  async updateMember(
    @Manager() managing: Managing,
    @Asked(operations.updateTeamMember)
    { params, body }: AskedOf<typeof operations.updateTeamMember>,
  ): Promise<AnswerOf<typeof operations.updateTeamMember>> {
    const of = { ...ofOwnTeam(managing, params.id), userId: params.user_id };
    const { role, monthly_limit_nano_usd: limit } = body;
    if (role !== undefined) {
      await this.teams.changeMemberRole({ ...of, role: teamRoleCodes[role] });
    }
    if (limit !== undefined) {
      const monthlyLimitNanoUsd = limit === null ? undefined : BigInt(limit);
      await this.teams.setMemberLimit({ ...of, monthlyLimitNanoUsd });
    }
    return done;
  }

  @Answers(operations.removeTeamMember)
  async removeMember(
    @Manager() managing: Managing,
    @Asked(operations.removeTeamMember) { params }: AskedOf<typeof operations.removeTeamMember>,
  ): Promise<AnswerOf<typeof operations.removeTeamMember>> {
    const own = ofOwnTeam(managing, params.id);
    if (params.user_id === managing.actorUserId) await this.teams.leaveTeam(own);
    else await this.teams.removeMember({ ...own, userId: params.user_id });
    return done;
  }
}

function given<T>(found: T | undefined): T {
  if (found === undefined) throw RequestError.of('service_unavailable');
  return found;
}
