import { Injectable } from '@nestjs/common';
import type { LimitPeriodName, LimitScopeName } from '@modelbridge/contracts/limits';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import type { Counter, CounterKey } from '../book/counter.js';

export interface LimitKey {
  accountId: string;
  scope: LimitScopeName;
  scopeId: string;
  period: LimitPeriodName;
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
   * The account's balance and every limit that is set among these counters, in their order. The
   * account's total comes first; it is missing for an unknown account.
   */
  standing(accountId: string, keys: CounterKey[]): Promise<Counter[]> {
    return this.database.query<Counter>(
      `SELECT scope, scope_id AS "scopeId", period, period_start::text AS "periodStart",
              cap_nano_usd AS cap, used_nano_usd AS used, held_nano_usd AS held, lowered
       FROM spend_counter WHERE account_id = $1 AND scope = 'account' AND period = 'total'
       UNION ALL
       (SELECT l.scope, l.scope_id, l.period, k.period_start::text, l.cap_nano_usd,
              coalesce(c.used_nano_usd, 0), coalesce(c.held_nano_usd, 0), coalesce(c.lowered, false)
       FROM unnest($2::text[], $3::uuid[], $4::text[], $5::date[]) WITH ORDINALITY
         AS k (scope, scope_id, period, period_start, place)
       JOIN spend_limit l ON l.account_id = $1 AND l.scope = k.scope AND l.scope_id = k.scope_id
         AND l.period = k.period
       LEFT JOIN spend_counter c ON c.account_id = l.account_id AND c.scope = k.scope
         AND c.scope_id = k.scope_id AND c.period = k.period AND c.period_start = k.period_start
       ORDER BY k.place)`,
      [accountId, ...columnsOf(keys)],
    );
  }

  /** These counters with the limits that are set on them, in their order; zeros where nothing is counted yet. */
  counted(accountId: string, keys: CounterKey[]): Promise<Counter[]> {
    return this.database.query<Counter>(
      `SELECT k.scope, k.scope_id AS "scopeId", k.period, k.period_start::text AS "periodStart",
              l.cap_nano_usd AS cap, coalesce(c.used_nano_usd, 0) AS used,
              coalesce(c.held_nano_usd, 0) AS held, coalesce(c.lowered, false) AS lowered
       FROM unnest($2::text[], $3::uuid[], $4::text[], $5::date[]) WITH ORDINALITY
         AS k (scope, scope_id, period, period_start, place)
       LEFT JOIN spend_limit l ON l.account_id = $1 AND l.scope = k.scope
         AND l.scope_id = k.scope_id AND l.period = k.period
       LEFT JOIN spend_counter c ON c.account_id = $1 AND c.scope = k.scope
         AND c.scope_id = k.scope_id AND c.period = k.period AND c.period_start = k.period_start
       ORDER BY k.place`,
      [accountId, ...columnsOf(keys)],
    );
  }
}

function columnsOf(keys: CounterKey[]): unknown[][] {
  return [
    keys.map(({ scope }) => scope),
    keys.map(({ scopeId }) => scopeId),
    keys.map(({ period }) => period),
    keys.map(({ periodStart }) => periodStart),
  ];
}
