import { uuidOf } from '@modelbridge/contracts';
import { Database } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { OptionalKind } from './preferences.js';

@Injectable()
export class PreferencesRepository {
  constructor(private readonly database: Database) {}

  /** Kinds of notices of an account that no longer reach a user (`user_…`). */
  async unsubscribed(accountId: string, userId: string): Promise<OptionalKind[]> {
    const rows = await this.database.query<{ kind: OptionalKind }>(
      `SELECT kind FROM notice_unsubscription WHERE account_id = $1 AND user_id = $2 ORDER BY kind`,
      [accountId, uuidOf('user', userId)],
    );
    return rows.map(({ kind }) => kind);
  }

  /** False where there is no such account. */
  async unsubscribe(accountId: string, userId: string, kind: OptionalKind): Promise<boolean> {
    const rows = await this.database.query(
      `WITH account AS (SELECT id FROM billing_account WHERE id = $1),
            kept AS (INSERT INTO notice_unsubscription (account_id, user_id, kind)
                     SELECT id, $2, $3 FROM account ON CONFLICT DO NOTHING)
       SELECT FROM account`,
      [accountId, uuidOf('user', userId), kind],
    );
    return rows.length > 0;
  }
}
