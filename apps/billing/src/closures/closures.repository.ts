import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';

@Injectable()
export class ClosuresRepository {
  constructor(private readonly database: Database) {}

  async isClosed(accountId: string, tx: Pick<Tx, 'query'> = this.database): Promise<boolean> {
    const found = await tx.query('SELECT FROM closed_account WHERE account_id = $1', [accountId]);
    return found.length > 0;
  }

  /** Closes an account, or has it looked at again. */
  async close(tx: Tx, accountId: string): Promise<void> {
    await tx.execute(
      `INSERT INTO closed_account AS c (account_id) VALUES ($1)
       ON CONFLICT (account_id) DO UPDATE SET asked = c.asked + 1, settled_at = NULL, due_at = now(), attempts = 0`,
      [accountId],
    );
  }

  /** Takes accounts that have to be looked at: others do not get them for as long as the claim lasts. */
  async claimDue(limit: number, claimMs: number, mostMs: number): Promise<ClaimedClosure[]> {
    return this.database.query<ClaimedClosure>(
      `UPDATE closed_account SET attempts = attempts + 1,
         due_at = now() + least($2 * power(2, least(attempts, 20)), $3) * interval '1 millisecond'
       WHERE account_id IN (
         SELECT account_id FROM closed_account WHERE settled_at IS NULL AND due_at <= now()
         ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
       RETURNING account_id AS "accountId", asked`,
      [limit, claimMs, mostMs],
    );
  }

  /** Nothing is left to end, unless something has come since the account was claimed. */
  async settle({ accountId, asked }: ClaimedClosure): Promise<void> {
    await this.database.execute(
      'UPDATE closed_account SET settled_at = now() WHERE account_id = $1 AND asked = $2',
      [accountId, asked],
    );
  }

  async pending(): Promise<number> {
    const [row] = await this.database.query<{ pending: bigint }>(
      'SELECT count(*) AS pending FROM closed_account WHERE settled_at IS NULL',
    );
    return Number(row?.pending ?? 0);
  }
}

export interface ClaimedClosure {
  accountId: string;
  asked: number;
}
