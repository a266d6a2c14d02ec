import { idFromUuid, uuidOf } from '@modelbridge/contracts';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';

/** What is empty or false restricts nothing. */
export interface TeamRestrictions {
  allowedModels: string[];
  neverStoredOnly: boolean;
}

@Injectable()
export class TeamRestrictionsRepository {
  constructor(private readonly database: Database) {}

  async find(teamId: string): Promise<TeamRestrictions | undefined> {
    const [found] = await this.database.query<TeamRestrictions>(
      `select allowed_models as "allowedModels", never_stored_only as "neverStoredOnly"
       from team_restrictions where team_id = $1`,
      [uuidOf('team', teamId)],
    );
    return found;
  }

  /** False where a later change is known. A repetition counts: what it told of may be lost. */
  async change(
    tx: Tx,
    teamId: string,
    { allowedModels, neverStoredOnly }: TeamRestrictions,
    changedAt: Date,
  ): Promise<boolean> {
    const changed = await tx.query(
      `insert into team_restrictions (team_id, allowed_models, never_stored_only, changed_at)
       values ($1, $2, $3, $4)
       on conflict (team_id) do update set allowed_models = excluded.allowed_models,
         never_stored_only = excluded.never_stored_only, changed_at = excluded.changed_at
       where team_restrictions.changed_at <= excluded.changed_at
       returning team_id`,
      [uuidOf('team', teamId), allowedModels, neverStoredOnly, changedAt],
    );
    return changed.length > 0;
  }

  /** Those that are not revoked. */
  async keysOf(tx: Tx, teamId: string): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      'select id from api_key where team_id = $1 and revoked_at is null',
      [uuidOf('team', teamId)],
    );
    return rows.map(({ id }) => idFromUuid('key', id));
  }
}
