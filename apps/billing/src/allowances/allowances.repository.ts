import { Injectable } from '@nestjs/common';
import { Database } from '@modelbridge/service-kit/database';

export interface Overdue {
  id: string;
  accountId: string;
  gatewayEpoch: string;
  graceUntil: Date;
  /** As Postgres writes it, to the microsecond. */
  position: string;
}

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

  /** Allowances on which nobody has reported by expiry + grace, oldest first, from the one after `last`. */
  overdue(now: Date, last: Overdue | undefined, limit: number): Promise<Overdue[]> {
    return this.database.query<Overdue>(
      `SELECT id, account_id AS "accountId", gateway_epoch AS "gatewayEpoch",
              grace_until AS "graceUntil", grace_until::text AS position FROM allowance
       WHERE state <> 'ended' AND grace_until <= $1
         AND ($2::timestamptz IS NULL OR (grace_until, id) > ($2::timestamptz, $3::uuid))
       ORDER BY grace_until, id LIMIT $4`,
      [now, last?.position ?? null, last?.id ?? null, limit],
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
