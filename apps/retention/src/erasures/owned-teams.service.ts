import { RpcError } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import { TeamRole, type Team } from '@modelbridge/contracts/teams.v1';
import { TeamsClient } from '../clients/clients.js';
import { erasureBounds } from './bounds.js';

type OwnTeam = Pick<Team, 'teamId' | 'role'>;

/** Teams cannot be left without an owner, and nobody but the owner may say who is next. */
@Injectable()
export class OwnedTeamsService {
  constructor(private readonly teams: TeamsClient) {}

  /** Throws `failed_precondition`, naming the teams, for who owns any. */
  async requireNone(userId: string): Promise<void> {
    const teams = await this.teamsOf(userId);
    const owned = teams.filter(({ role }) => role === TeamRole.OWNER).map(({ teamId }) => teamId);
    if (owned.length === 0) return;
    const named = owned.slice(0, erasureBounds.teamsNamed).join(', ');
    throw new RpcError(
      'failed_precondition',
      `you own ${owned.length === 1 ? 'a team' : `${owned.length} teams`} (${named}): transfer the ownership, or delete it, first`,
      { details: { reason: 'owns_teams', teamIds: named } },
    );
  }

  private async teamsOf(actorUserId: string): Promise<OwnTeam[]> {
    const all: OwnTeam[] = [];
    let cursor = '';
    do {
      const page = await this.teams
        .listTeams({ actorUserId, limit: 100, cursor })
        .catch((error: unknown) => {
          throw new RpcError('unavailable', 'teams cannot be asked: try again', { cause: error });
        });
      all.push(...page.teams);
      cursor = page.nextCursor;
    } while (cursor !== '');
    return all;
  }
}
