import { Injectable } from '@nestjs/common';
import { Database } from '@modelbridge/service-kit/database';

@Injectable()
export class AllowancesRepository {
  constructor(private readonly database: Database) {}

  async accountOf(allowanceId: string): Promise<string | undefined> {
    const [row] = await this.database.query<{ accountId: string }>(
      'SELECT account_id AS "accountId" FROM allowance WHERE id = $1',
      [allowanceId],
    );
    return row?.accountId;
  }

  /** Allowances on which nobody has reported by expiry + grace, oldest first. */
  overdue(now: Date, limit: number): Promise<{ id: string; accountId: string }[]> {
    return this.database.query(
      `SELECT id, account_id AS "accountId" FROM allowance
       WHERE state <> 'ended' AND grace_until <= $1 ORDER BY grace_until LIMIT $2`,
      [now, limit],
    );
  }

  /** Rate windows that ended an hour ago can no longer be spoken of. */
  async pruneRates(): Promise<void> {
    for (const table of ['rate_slice', 'rate_window']) {
      await this.database.execute(
        `DELETE FROM ${table} WHERE window_start < now() - interval '1 hour'`,
      );
    }
  }

  async pruneSteps(olderThanHours: number, limit: number): Promise<number> {
    return this.database.execute(
      `DELETE FROM allowance_step WHERE ctid = ANY(ARRAY(
         SELECT ctid FROM allowance_step WHERE answered_at < now() - make_interval(hours => $1) LIMIT $2))`,
      [olderThanHours, limit],
    );
  }
}
