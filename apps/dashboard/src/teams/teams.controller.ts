import { teamRoutes, type Team } from '@modelbridge/dashboard-api';
import { Controller } from '@nestjs/common';
import { TeamsClient } from '../clients/clients.js';
import { Answers } from '../routes/answers.decorator.js';
import { Asked } from '../routes/asked.decorator.js';
import type { Parts } from '../routes/parts.js';
import { Sensitive, SignedIn } from '../sessions/session.guard.js';
import type { Session } from '../sessions/session.js';
import { settingsOf, teamJson } from './team-json.js';

/** Teams that the person belongs to. */
@Controller()
export class TeamsController {
  constructor(private readonly teams: TeamsClient) {}

  @Answers(teamRoutes.create)
  async create(
    @SignedIn() { userId }: Session,
    @Asked() { body }: Parts<typeof teamRoutes.create>,
  ): Promise<Team> {
    return teamJson((await this.teams.createTeam({ actorUserId: userId, name: body.name })).team);
  }

  @Answers(teamRoutes.get)
  async get(
    @SignedIn() { userId }: Session,
    @Asked() { params }: Parts<typeof teamRoutes.get>,
  ): Promise<Team> {
    const asked = { actorUserId: userId, teamId: params.team_id };
    return teamJson((await this.teams.getTeam(asked)).team);
  }

  @Answers(teamRoutes.rename)
  async rename(
    @SignedIn() { userId }: Session,
    @Asked() { params, body }: Parts<typeof teamRoutes.rename>,
  ): Promise<Team> {
    const asked = { actorUserId: userId, teamId: params.team_id, name: body.name };
    return teamJson((await this.teams.renameTeam(asked)).team);
  }

  @Answers(teamRoutes.changeSettings)
  async changeSettings(
    @SignedIn() { userId }: Session,
    @Asked() { params, body }: Parts<typeof teamRoutes.changeSettings>,
  ): Promise<Team> {
    const asked = { actorUserId: userId, teamId: params.team_id, settings: settingsOf(body) };
    return teamJson((await this.teams.changeTeamSettings(asked)).team);
  }

  @Answers(teamRoutes.delete)
  @Sensitive()
  async delete(
    @SignedIn() { userId }: Session,
    @Asked() { params }: Parts<typeof teamRoutes.delete>,
  ): Promise<void> {
    await this.teams.deleteTeam({ actorUserId: userId, teamId: params.team_id });
  }

  @Answers(teamRoutes.transfer)
  @Sensitive()
  async transfer(
    @SignedIn() { userId }: Session,
    @Asked() { params, body }: Parts<typeof teamRoutes.transfer>,
  ): Promise<Team> {
    const asked = { actorUserId: userId, teamId: params.team_id, userId: body.user_id };
    return teamJson((await this.teams.transferOwnership(asked)).team);
  }

  @Answers(teamRoutes.leave)
  async leave(
    @SignedIn() { userId }: Session,
    @Asked() { params }: Parts<typeof teamRoutes.leave>,
  ): Promise<void> {
    await this.teams.leaveTeam({ actorUserId: userId, teamId: params.team_id });
  }
}
