import { LimitPeriod, LimitScope } from '@modelbridge/contracts/billing.v1';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { RpcError, rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { BillingClient } from '../clients/clients.js';
import { EndingService } from './ending.service.js';
import { MembersRepository } from './members.repository.js';
import { pageOf, type Page } from './page.js';
import { TeamAccess } from './team-access.service.js';
import { noMember, TeamsService } from './teams.service.js';
import { successorOf, type GivenRole, type Member, type Team } from './team.js';
import { TeamsRepository } from './teams.repository.js';

@Injectable()
export class MembersService {
  constructor(
    private readonly database: Database,
    private readonly access: TeamAccess,
    private readonly teams: TeamsRepository,
    private readonly members: MembersRepository,
    private readonly ending: EndingService,
    private readonly dissolving: TeamsService,
    private readonly billing: BillingClient,
    private readonly audit: AuditService,
  ) {}

  /** Longest membership first; a member is shown themselves only. */
  async list(
    actor: string,
    teamId: string,
    page: Page,
  ): Promise<{ members: Member[]; nextCursor: string }> {
    const { team, self, reach } = await this.access.read('listMembers', actor, teamId);
    const isPast = page.cursor !== undefined && page.cursor >= self.membershipId;
    const own = isPast ? [] : [self];
    const found = reach === 'own' ? own : await this.members.page(team, page);
    const { items, nextCursor } = pageOf(found, page, ({ membershipId }) => membershipId);
    return { members: items, nextCursor };
  }

  changeRole(actor: string, teamId: string, userId: string, role: GivenRole): Promise<Member> {
    return this.database.transaction(async (tx) => {
      const { team } = await this.access.lock(tx, 'changeMemberRole', actor, teamId);
      const member = await this.member(tx, team, userId);
      if (member.role === 'owner') {
        throw new RpcError(
          'failed_precondition',
          'the owner’s role cannot be changed: transfer the ownership first',
          { field: 'user_id' },
        );
      }
      if (member.role === role) return member;
      await this.members.setRole(tx, teamId, userId, role);
      await this.audit.record(tx, {
        act: 'role.changed',
        accountId: team.accountId,
        teamId,
        userId,
        actor,
        details: { from: member.role, to: role },
      });
      return this.member(tx, team, userId);
    });
  }

  remove(actor: string, teamId: string, userId: string): Promise<void> {
    return this.database.transaction(async (tx) => {
      const { team, self } = await this.access.lock(tx, 'removeMember', actor, teamId);
      const member = await this.member(tx, team, userId);
      if (member.userId === self.userId) {
        throw new RpcError('failed_precondition', 'you cannot remove yourself: leave the team', {
          field: 'user_id',
        });
      }
      if (member.role === 'owner') {
        throw new RpcError(
          'failed_precondition',
          'the owner cannot be removed: the ownership has to be transferred first',
          { field: 'user_id' },
        );
      }
      if (member.role === 'admin' && self.role !== 'owner') {
        throw new RpcError('permission_denied', 'only the owner may remove an admin: ask them', {
          field: 'actor_user_id',
        });
      }
      await this.ending.end(tx, team, member, { reason: 'removed', actor });
    });
  }

  leave(actor: string, teamId: string): Promise<void> {
    return this.database.transaction(async (tx) => {
      const { team, self } = await this.access.lock(tx, 'leaveTeam', actor, teamId);
      if (self.role === 'owner') {
        throw new RpcError(
          'failed_precondition',
          'the owner cannot leave the team: transfer the ownership first, or delete the team',
          { field: 'team_id' },
        );
      }
      await this.ending.end(tx, team, self, { reason: 'left', actor });
    });
  }

  /** By UTC month, in billing, which audits it as done by the actor; undefined removes the limit. */
  async setLimit(actor: string, teamId: string, userId: string, limit?: bigint): Promise<void> {
    const { team } = await this.access.read('setMemberLimit', actor, teamId);
    if ((await this.members.find(team, userId)) === undefined) throw noMember();
    try {
      await this.billing.setLimit({
        accountId: team.accountId,
        scope: LimitScope.MEMBER,
        period: LimitPeriod.MONTH,
        scopeId: userId,
        limitNanoUsd: limit,
        actorUserId: actor,
      });
    } catch (error) {
      throw limitError(error);
    }
  }

  /** A closed account is in no team; what it owned goes to who is next, or with it. `ended`: in each transaction of an end. */
  async forget(userId: string, ended?: (tx: Tx) => Promise<void>): Promise<void> {
    for (const teamId of await this.members.teamIdsOf(userId)) {
      await this.database.transaction(async (tx) => {
        const team = await this.teams.lock(tx, teamId);
        const member = team && (await this.members.find(team, userId, tx));
        if (team === undefined || member === undefined) return;
        await ended?.(tx);
        if (member.role === 'owner' && !(await this.handOn(tx, team))) return;
        await this.ending.end(tx, team, member, { reason: 'account_closed' });
      });
    }
  }

  /** False where nobody is left, and the team is gone. */
  private async handOn(tx: Tx, team: Team): Promise<boolean> {
    const heir = successorOf(team, await this.members.list(team, tx));
    if (heir === undefined) {
      await this.dissolving.dissolve(tx, team);
      return false;
    }
    await this.dissolving.inherit(tx, team, heir.userId);
    return true;
  }

  private async member(tx: Tx, team: Team, userId: string): Promise<Member> {
    const member = await this.members.find(team, userId, tx);
    if (member === undefined) throw noMember();
    return member;
  }
}

/** What billing says of the limit, in the words of this service. */
function limitError(error: unknown): unknown {
  const remote = rpcErrorFrom(error);
  if (remote === undefined) return error;
  if (remote.code === 'failed_precondition') {
    return new RpcError(
      'failed_precondition',
      'the member has spent more than this in this month already: set a higher limit, or none',
      { field: 'monthly_limit_nano_usd', cause: error },
    );
  }
  if (remote.code === 'not_found') {
    return new RpcError('unavailable', 'the team’s account is still being opened: try again', {
      cause: error,
    });
  }
  return new RpcError('unavailable', 'billing cannot be asked: try again', { cause: error });
}
