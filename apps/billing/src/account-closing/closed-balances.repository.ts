import { Database } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';

/** What is left in the books of an account that is closed or erased. Amounts are nano-USD. */
export interface ClosedBalance {
  /** A UUID. */
  accountId: string;
  balance: bigint;
  debt: bigint;
  disputed: bigint;
  closedAt: Date | null;
  erasedAt: Date | null;
}

@Injectable()
export class ClosedBalancesRepository {
  constructor(private readonly database: Database) {}

  /** In the order of their ids, from the one after `after` on (null: from the first). */
  list(after: string | null, limit: number): Promise<ClosedBalance[]> {
    return this.database.query<ClosedBalance>(
      `SELECT a.id AS "accountId", l.balance, l.debt, l.disputed, c.closed_at AS "closedAt", a.erased_at AS "erasedAt"
       FROM billing_account a
       LEFT JOIN closed_account c ON c.account_id = a.id
       CROSS JOIN LATERAL (
         SELECT coalesce(sum(credits_nano_usd - debits_nano_usd) FILTER (WHERE kind = 'customer'), 0)::int8 AS balance,
                coalesce(sum(debits_nano_usd - credits_nano_usd) FILTER (WHERE kind = 'receivable'), 0)::int8 AS debt,
                coalesce(sum(credits_nano_usd - debits_nano_usd) FILTER (WHERE kind = 'disputed'), 0)::int8 AS disputed
         FROM ledger_account WHERE account_id = a.id AND kind IN ('customer', 'receivable', 'disputed')) l
       WHERE (c.account_id IS NOT NULL OR a.erased_at IS NOT NULL)
         AND (l.balance <> 0 OR l.debt <> 0 OR l.disputed <> 0)
         AND ($1::uuid IS NULL OR a.id > $1)
       ORDER BY a.id LIMIT $2`,
      [after, limit],
    );
  }
}
