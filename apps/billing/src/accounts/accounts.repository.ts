import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import type { PlanVersion } from '../plans/plan.js';

export interface StoredCredits {
  balance: bigint;
  held: bigint;
  spent: bigint;
  creditLine: bigint;
  /** What is left of each grant, the next to expire first. */
  grants: { remaining: bigint; expiresAt: Date }[];
}

@Injectable()
export class AccountsRepository {
  constructor(private readonly database: Database) {}

  /** Opens an account with its ledger accounts and its total; false where it exists. */
  async create(
    tx: Tx,
    account: { id: string; ownerUserId: string; plan: PlanVersion | undefined },
  ): Promise<boolean> {
    // Waits for another transaction that is opening the same account.
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [account.id]);
    const opened = await tx.execute(
      `WITH fresh AS (
         SELECT $1::uuid AS id WHERE NOT EXISTS (SELECT FROM billing_account WHERE id = $1)
       ), ledgers AS (
         INSERT INTO ledger_account (kind, account_id)
         SELECT kind, id FROM fresh, unnest(ARRAY['customer', 'receivable', 'disputed']) kind
         RETURNING id, kind
       )
       INSERT INTO billing_account (id, owner_user_id, plan, plan_version, customer_ledger, receivable_ledger, disputed_ledger)
       SELECT fresh.id, $2, $3, $4,
         (SELECT id FROM ledgers WHERE kind = 'customer'), (SELECT id FROM ledgers WHERE kind = 'receivable'),
         (SELECT id FROM ledgers WHERE kind = 'disputed')
       FROM fresh`,
      [account.id, account.ownerUserId, account.plan?.name ?? '', account.plan?.version],
    );
    await tx.execute(
      `INSERT INTO spend_counter (account_id, scope, scope_id, period, period_start, cap_nano_usd)
       VALUES ($1, 'account', $1, 'total', '1970-01-01', 0) ON CONFLICT DO NOTHING`,
      [account.id],
    );
    return opened === 1;
  }

  async credits(id: string): Promise<StoredCredits | undefined> {
    const [credits] = await this.database.query<
      Omit<StoredCredits, 'grants'> & { remaining: bigint[] | null; expiresAt: Date[] | null }
    >(
      `SELECT l.credits_nano_usd - l.debits_nano_usd AS balance,
              c.held_nano_usd AS held, c.used_nano_usd AS spent, a.credit_line_nano_usd AS "creditLine",
              g.remaining, g."expiresAt"
       FROM billing_account a
       JOIN ledger_account l ON l.id = a.customer_ledger
       JOIN spend_counter c ON c.account_id = a.id AND c.scope = 'account' AND c.period = 'total'
       CROSS JOIN LATERAL (
         SELECT array_agg(r.credits_nano_usd - r.debits_nano_usd ORDER BY o.expires_at, o.id) AS remaining,
                array_agg(o.expires_at ORDER BY o.expires_at, o.id) AS "expiresAt"
         FROM credit_grant o JOIN ledger_account r ON r.id = o.ledger WHERE o.account_id = a.id AND o.open
       ) g
       WHERE a.id = $1`,
      [id],
    );
    if (credits === undefined) return undefined;
    const { remaining, expiresAt, ...rest } = credits;
    const grants = (expiresAt ?? []).map((at, index) => ({
      remaining: BigInt(remaining?.[index] ?? 0),
      expiresAt: at,
    }));
    return { ...rest, grants };
  }
}
