import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@modelbridge/service-kit';
import { periodStartOf, type Counter, type Period, type Scope } from '../book/counter.js';

export interface LimitKey {
  accountId: string;
  scope: Scope;
  scopeId: string;
  period: Period;
}

@Injectable()
export class LimitsRepository {
  constructor(private readonly database: Database) {}

  async set(
    tx: Tx,
    { accountId, scope, scopeId, period }: LimitKey,
    cap: bigint | null,
  ): Promise<void> {
    const key = [accountId, scope, scopeId, period];
    if (cap === null) {
      await tx.execute(
        'DELETE FROM spend_limit WHERE account_id = $1 AND scope = $2 AND scope_id = $3 AND period = $4',
        key,
      );
      return;
    }
    await tx.execute(
      `INSERT INTO spend_limit (account_id, scope, scope_id, period, cap_nano_usd) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (account_id, scope, scope_id, period) DO UPDATE SET cap_nano_usd = EXCLUDED.cap_nano_usd`,
      [...key, cap],
    );
  }

  /**
   * The account's balance and every limit that is set on one of the scopes, as they stand on `day`.
   * The account's total comes first; it is missing for an unknown account.
   */
  async standing(
    accountId: string,
    scopeIds: { member: string; key: string },
    day: string,
  ): Promise<Counter[]> {
    return this.database.query<Counter>(
      `SELECT scope, scope_id AS "scopeId", period, period_start::text AS "periodStart",
              cap_nano_usd AS cap, used_nano_usd AS used, held_nano_usd AS held, lowered
       FROM spend_counter WHERE account_id = $1 AND scope = 'account' AND period = 'total'
       UNION ALL
       (SELECT l.scope, l.scope_id, l.period, s.period_start::text, l.cap_nano_usd,
              coalesce(c.used_nano_usd, 0), coalesce(c.held_nano_usd, 0), coalesce(c.lowered, false)
       FROM spend_limit l
       JOIN (VALUES ('total', $4::date), ('month', $5::date), ('day', $6::date)) s (period, period_start)
         ON s.period = l.period
       LEFT JOIN spend_counter c ON c.account_id = l.account_id AND c.scope = l.scope
         AND c.scope_id = l.scope_id AND c.period = l.period AND c.period_start = s.period_start
       WHERE l.account_id = $1
         AND (l.scope = 'account' OR (l.scope = 'member' AND l.scope_id = $2) OR (l.scope = 'key' AND l.scope_id = $3))
       ORDER BY array_position(ARRAY['account', 'member', 'key'], l.scope),
                array_position(ARRAY['total', 'month', 'day'], l.period))`,
      [
        accountId,
        scopeIds.member,
        scopeIds.key,
        periodStartOf('total', day),
        periodStartOf('month', day),
        periodStartOf('day', day),
      ],
    );
  }
}
