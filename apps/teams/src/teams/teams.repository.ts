import { idFromUuid, uuidOf } from '@modelbridge/contracts';
import { Database, violatedConstraint, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { IsNull, Not } from 'typeorm';
import type { Settings } from './settings.js';
import { nameKey, type Team } from './team.js';
import { nameTaken, TeamEntity } from './team.entity.js';

export type TeamKey = { teamId: string } | { accountId: string };

/** Teams that are not deleted. */
@Injectable()
export class TeamsRepository {
  constructor(private readonly database: Database) {}

  /** False where the owner has another team of this name. */
  insert(tx: Tx, team: Pick<Team, 'teamId' | 'name' | 'accountId' | 'ownerUserId'>) {
    return unlessTaken(() =>
      tx.repository(TeamEntity).insert({
        id: uuidOf('team', team.teamId),
        name: team.name,
        nameKey: nameKey(team.name),
        accountId: uuidOf('account', team.accountId),
        ownerUserId: uuidOf('user', team.ownerUserId),
      }),
    );
  }

  async find(key: TeamKey, within: Tx | Database = this.database): Promise<Team | undefined> {
    const entity = await within
      .repository(TeamEntity)
      .findOneBy({ ...whereOf(key), deletedAt: IsNull() });
    return entity === null ? undefined : teamOf(entity);
  }

  /** Nobody else changes the team or its members before the transaction ends. */
  async lock(tx: Tx, teamId: string): Promise<Team | undefined> {
    const entity = await tx.repository(TeamEntity).findOne({
      where: { id: uuidOf('team', teamId), deletedAt: IsNull() },
      lock: { mode: 'pessimistic_write' },
    });
    return entity === null ? undefined : teamOf(entity);
  }

  /** Waits for other transactions in which this person comes to own a team. */
  async lockOwner(tx: Tx, userId: string): Promise<number> {
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [userId]);
    return tx
      .repository(TeamEntity)
      .countBy({ ownerUserId: uuidOf('user', userId), deletedAt: IsNull() });
  }

  owns(tx: Tx, userId: string, name: string): Promise<boolean> {
    const ownerUserId = uuidOf('user', userId);
    return tx
      .repository(TeamEntity)
      .existsBy({ ownerUserId, nameKey: nameKey(name), deletedAt: IsNull() });
  }

  /** False where the owner has another team of this name. */
  rename(tx: Tx, teamId: string, name: string): Promise<boolean> {
    return unlessTaken(() =>
      tx
        .repository(TeamEntity)
        .update({ id: uuidOf('team', teamId) }, { name, nameKey: nameKey(name) }),
    );
  }

  /** False where the new owner has another team of this name. */
  giveTo(tx: Tx, teamId: string, userId: string): Promise<boolean> {
    return unlessTaken(() =>
      tx
        .repository(TeamEntity)
        .update({ id: uuidOf('team', teamId) }, { ownerUserId: uuidOf('user', userId) }),
    );
  }

  /** The time of the change: of one team each is later than the one before. */
  async settle(tx: Tx, teamId: string, settings: Settings): Promise<Date> {
    await tx.repository(TeamEntity).update(
      { id: uuidOf('team', teamId) },
      {
        ...settings,
        defaultKeyTotalNanoUsd: settings.defaultKeyTotalNanoUsd ?? null,
        defaultKeyMonthNanoUsd: settings.defaultKeyMonthNanoUsd ?? null,
        defaultKeyDayNanoUsd: settings.defaultKeyDayNanoUsd ?? null,
      },
    );
    // The team is locked: the clock goes on between two of these.
    const [row] = await tx.query<{ now: Date }>('select clock_timestamp() as now');
    return row!.now;
  }

  /** Of those that are deleted. */
  async disown(tx: Tx, userId: string, pseudonym: string): Promise<number> {
    const { affected } = await tx
      .repository(TeamEntity)
      .update(
        { ownerUserId: uuidOf('user', userId), deletedAt: Not(IsNull()) },
        { ownerUserId: uuidOf('user', pseudonym), name: '', nameKey: '' },
      );
    return affected ?? 0;
  }

  async remove(tx: Tx, teamId: string): Promise<void> {
    await tx
      .repository(TeamEntity)
      .update({ id: uuidOf('team', teamId) }, { deletedAt: () => 'now()' });
  }
}

async function unlessTaken(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (violatedConstraint(error) === nameTaken) return false;
    throw error;
  }
}

function whereOf(key: TeamKey): { id: string } | { accountId: string } {
  return 'teamId' in key
    ? { id: uuidOf('team', key.teamId) }
    : { accountId: uuidOf('account', key.accountId) };
}

function teamOf(entity: TeamEntity): Team {
  return {
    teamId: idFromUuid('team', entity.id),
    name: entity.name,
    accountId: idFromUuid('account', entity.accountId),
    ownerUserId: idFromUuid('user', entity.ownerUserId),
    createdAt: entity.createdAt,
    settings: {
      allowedModels: entity.allowedModels,
      neverStoredOnly: entity.neverStoredOnly,
      keyMakers: entity.keyMakers,
      defaultKeyTotalNanoUsd: entity.defaultKeyTotalNanoUsd ?? undefined,
      defaultKeyMonthNanoUsd: entity.defaultKeyMonthNanoUsd ?? undefined,
      defaultKeyDayNanoUsd: entity.defaultKeyDayNanoUsd ?? undefined,
    },
  };
}
