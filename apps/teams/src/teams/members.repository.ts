import { idFromUuid, newId, uuidOf } from '@modelbridge/contracts';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { MoreThan } from 'typeorm';
import { MemberEntity } from './member.entity.js';
import type { Page } from './page.js';
import type { GivenRole, Member, Team } from './team.js';

type TeamOfMember = Pick<Team, 'teamId' | 'ownerUserId'>;

@Injectable()
export class MembersRepository {
  constructor(private readonly database: Database) {}

  async add(tx: Tx, teamId: string, userId: string, role: GivenRole): Promise<void> {
    await tx.repository(MemberEntity).insert({
      teamId: uuidOf('team', teamId),
      userId: uuidOf('user', userId),
      membershipId: uuidOf('membership', newId('membership')),
      role,
    });
  }

  async find(
    team: TeamOfMember,
    userId: string,
    within: Tx | Database = this.database,
  ): Promise<Member | undefined> {
    const entity = await within
      .repository(MemberEntity)
      .findOneBy({ teamId: uuidOf('team', team.teamId), userId: uuidOf('user', userId) });
    return entity === null ? undefined : memberOf(team, entity);
  }

  /** Longest membership first. */
  async list(team: TeamOfMember, within: Tx | Database = this.database): Promise<Member[]> {
    const entities = await within.repository(MemberEntity).find({
      where: { teamId: uuidOf('team', team.teamId) },
      order: { joinedAt: 'ASC', membershipId: 'ASC' },
    });
    return entities.map((entity) => memberOf(team, entity));
  }

  /** Longest membership first; at most one more than the page holds. */
  async page(team: TeamOfMember, { limit, cursor }: Page): Promise<Member[]> {
    const entities = await this.database.repository(MemberEntity).find({
      where: {
        teamId: uuidOf('team', team.teamId),
        ...(cursor !== undefined && { membershipId: MoreThan(uuidOf('membership', cursor)) }),
      },
      // Made when they joined: in the order of time.
      order: { membershipId: 'ASC' },
      take: limit + 1,
    });
    return entities.map((entity) => memberOf(team, entity));
  }

  count(tx: Tx, teamId: string): Promise<number> {
    return tx.repository(MemberEntity).countBy({ teamId: uuidOf('team', teamId) });
  }

  /** The teams that a person belongs to, oldest membership first. */
  async teamIdsOf(userId: string): Promise<string[]> {
    const entities = await this.database.repository(MemberEntity).find({
      where: { userId: uuidOf('user', userId) },
      order: { joinedAt: 'ASC', membershipId: 'ASC' },
    });
    return entities.map(({ teamId }) => idFromUuid('team', teamId));
  }

  /** Some of them, the oldest team first; at most one more than the page holds. */
  async teamIdsPage(userId: string, { limit, cursor }: Page): Promise<string[]> {
    const entities = await this.database.repository(MemberEntity).find({
      where: {
        userId: uuidOf('user', userId),
        ...(cursor !== undefined && { teamId: MoreThan(uuidOf('team', cursor)) }),
      },
      order: { teamId: 'ASC' },
      take: limit + 1,
    });
    return entities.map(({ teamId }) => idFromUuid('team', teamId));
  }

  async setRole(tx: Tx, teamId: string, userId: string, role: GivenRole): Promise<void> {
    await tx
      .repository(MemberEntity)
      .update({ teamId: uuidOf('team', teamId), userId: uuidOf('user', userId) }, { role });
  }

  async remove(tx: Tx, teamId: string, userId: string): Promise<void> {
    await tx
      .repository(MemberEntity)
      .delete({ teamId: uuidOf('team', teamId), userId: uuidOf('user', userId) });
  }
}

function memberOf({ ownerUserId }: TeamOfMember, entity: MemberEntity): Member {
  const userId = idFromUuid('user', entity.userId);
  return {
    userId,
    role: userId === ownerUserId ? 'owner' : entity.role,
    membershipId: idFromUuid('membership', entity.membershipId),
    joinedAt: entity.joinedAt,
  };
}
