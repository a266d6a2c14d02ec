import type { Tx } from '@modelbridge/service-kit/database';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { teamBounds } from './bounds.js';
import { MembersRepository } from './members.repository.js';
import type { GivenRole, Team } from './team.js';
import { TeamsRepository } from './teams.repository.js';
import type { OwnTeam } from './teams.service.js';

/** The way into a team for who was invited. */
@Injectable()
export class JoiningService {
  constructor(
    private readonly teams: TeamsRepository,
    private readonly members: MembersRepository,
    private readonly audit: AuditService,
  ) {}

  team(teamId: string, tx?: Tx): Promise<Team | undefined> {
    return this.teams.find({ teamId }, tx);
  }

  /** False where the team is gone. */
  async lock(tx: Tx, teamId: string): Promise<boolean> {
    return (await this.teams.lock(tx, teamId)) !== undefined;
  }

  countMembers(tx: Tx, teamId: string): Promise<number> {
    return this.members.count(tx, teamId);
  }

  /** `seats`: how many members the team's plan allows. */
  async join(
    tx: Tx,
    userId: string,
    teamId: string,
    role: GivenRole,
    seats: number,
  ): Promise<OwnTeam> {
    const team = await this.teams.lock(tx, teamId);
    if (team === undefined) throw new Error('a team that is not locked');
    if ((await this.members.find(team, userId, tx)) !== undefined) {
      throw new RpcError(
        'failed_precondition',
        'you are a member already: decline the invitation',
        {
          field: 'invitation_id',
          details: { reason: 'member' },
        },
      );
    }
    const count = await this.members.count(tx, teamId);
    if (count >= teamBounds.members) {
      throw new RpcError(
        'resource_exhausted',
        `the team has ${teamBounds.members} members, the most there may be: ask its owner to remove one`,
        { field: 'invitation_id' },
      );
    }
    if (count >= seats) {
      throw new RpcError(
        'resource_exhausted',
        `the team has ${count} members, and its plan allows ${seats}: ask its owner for a larger plan`,
        { field: 'invitation_id', details: { reason: 'plan' } },
      );
    }
    await this.members.add(tx, teamId, userId, role);
    const self = await this.members.find(team, userId, tx);
    if (self === undefined) throw new Error('the new member is gone');
    await this.audit.record(tx, {
      act: 'member.joined',
      accountId: team.accountId,
      teamId,
      userId,
      actor: userId,
      details: { role },
    });
    return { team, self };
  }
}
