import { grantOf } from '@modelbridge/access';
import { personRules, type Reach } from '@modelbridge/contracts/access';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import { MembersRepository } from './members.repository.js';
import type { Member, Team } from './team.js';
import { TeamsRepository, type TeamKey } from './teams.repository.js';

const rules = personRules['teams.v1.TeamsService'];
export type TeamMethod = keyof typeof rules;

/** A team as one of its members may have it. */
export interface Admitted {
  team: Team;
  /** The person who calls. */
  self: Member;
  reach: Reach;
}

/** The one way to a team: no method of a person reads or changes one that this did not let them have. */
@Injectable()
export class TeamAccess {
  constructor(
    private readonly database: Database,
    private readonly teams: TeamsRepository,
    private readonly members: MembersRepository,
  ) {}

  async read(method: TeamMethod, actor: string, teamId: string): Promise<Admitted> {
    return this.admit(method, actor, await this.teams.find({ teamId }));
  }

  /** Nobody else changes the team or its members before the transaction ends. */
  async lock(tx: Tx, method: TeamMethod, actor: string, teamId: string): Promise<Admitted> {
    return this.admit(method, actor, await this.teams.lock(tx, teamId), tx);
  }

  /** What a person is to a team; undefined where they are nothing to it, or there is none. */
  async standing(userId: string, key: TeamKey): Promise<Omit<Admitted, 'reach'> | undefined> {
    const team = await this.teams.find(key);
    const self = team && (await this.members.find(team, userId));
    return team && self && { team, self };
  }

  private async admit(
    method: TeamMethod,
    userId: string,
    team: Team | undefined,
    within: Tx | Database = this.database,
  ): Promise<Admitted> {
    const nothing = new RpcError('not_found', 'there is no such team', { field: 'team_id' });
    const self = team && (await this.members.find(team, userId, within));
    const reach = grantOf(rules[method], self?.role, nothing);
    if (team === undefined || self === undefined) throw nothing;
    return { team, self, reach };
  }
}
