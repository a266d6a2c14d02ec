import { uuidOf } from '@modelbridge/contracts';
import { Database, type Tx } from '@modelbridge/service-kit/database';
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

  /** Nano-USD; undefined for an unknown account. */
  async balanceLow(accountId: string): Promise<bigint | undefined> {
    const [row] = await this.database.query<{ balanceLow: bigint }>(
      'SELECT balance_low_nano_usd AS "balanceLow" FROM billing_account WHERE id = $1',
      [accountId],
    );
    return row?.balanceLow;
  }

  async setBalanceLow(tx: Tx, accountId: string, nanoUsd: bigint): Promise<void> {
    await tx.execute('UPDATE billing_account SET balance_low_nano_usd = $2 WHERE id = $1', [
      accountId,
      nanoUsd,
    ]);
  }

  async replace(tx: Tx, accountId: string, userId: string, kinds: OptionalKind[]): Promise<void> {
    await tx.execute(
      `WITH gone AS (DELETE FROM notice_unsubscription
                     WHERE account_id = $1 AND user_id = $2 AND kind <> ALL($3::text[]))
       INSERT INTO notice_unsubscription (account_id, user_id, kind)
       SELECT $1, $2, kind FROM unnest($3::text[]) AS k (kind) ON CONFLICT DO NOTHING`,
      [accountId, uuidOf('user', userId), kinds],
    );
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
