import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { AutoRecharge, LastRecharge, RechargeFailure, SavedCard } from './auto-recharge.js';

export interface Recharge {
  id: string;
  accountId: string;
  amountCents: number;
  paymentMethodId: string;
  startedAt: Date;
}

const settings = `enabled, below_nano_usd AS "belowNanoUsd", amount_cents::float8 AS "amountCents",
  daily_cap_cents::float8 AS "dailyCapCents", failures, not_before AS "notBefore"`;
const recharge = `id, account_id AS "accountId", amount_cents::float8 AS "amountCents",
  payment_method_id AS "paymentMethodId", started_at AS "startedAt"`;

@Injectable()
export class AutoRechargeRepository {
  constructor(private readonly database: Database) {}

  async hasAccount(accountId: string): Promise<boolean> {
    const found = await this.database.query('SELECT FROM billing_account WHERE id = $1', [
      accountId,
    ]);
    return found.length > 0;
  }

  async find(tx: Pick<Tx, 'query'>, accountId: string): Promise<AutoRecharge | undefined> {
    const [row] = await tx.query<AutoRecharge>(
      `SELECT ${settings} FROM auto_recharge WHERE account_id = $1`,
      [accountId],
    );
    return row;
  }

  async save(tx: Tx, accountId: string, value: AutoRecharge): Promise<void> {
    await tx.execute(
      `INSERT INTO auto_recharge (account_id, enabled, below_nano_usd, amount_cents, daily_cap_cents, failures, not_before)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (account_id) DO UPDATE SET enabled = EXCLUDED.enabled,
         below_nano_usd = EXCLUDED.below_nano_usd, amount_cents = EXCLUDED.amount_cents,
         daily_cap_cents = EXCLUDED.daily_cap_cents, failures = EXCLUDED.failures,
         not_before = EXCLUDED.not_before`,
      [
        accountId,
        value.enabled,
        value.belowNanoUsd,
        value.amountCents,
        value.dailyCapCents,
        value.failures,
        value.notBefore,
      ],
    );
  }

  async end(tx: Tx, accountId: string): Promise<void> {
    await tx.execute('UPDATE auto_recharge SET enabled = false WHERE account_id = $1', [accountId]);
  }

  async card(tx: Pick<Tx, 'query'>, accountId: string): Promise<SavedCard | undefined> {
    const [row] = await tx.query<SavedCard>(
      `SELECT payment_method_id AS "paymentMethodId", brand, last4 FROM stripe_card WHERE account_id = $1`,
      [accountId],
    );
    return row;
  }

  /** Keeps a card, unless a newer one is kept or the account is erased; whether it is another one than before. */
  async saveCard(tx: Tx, accountId: string, card: SavedCard, savedAt: Date): Promise<boolean> {
    const changed = await tx.execute(
      `INSERT INTO stripe_card (account_id, payment_method_id, brand, last4, saved_at)
       SELECT id, $2, $3, $4, $5 FROM billing_account WHERE id = $1 AND erased_at IS NULL
       ON CONFLICT (account_id) DO UPDATE SET payment_method_id = EXCLUDED.payment_method_id,
         brand = EXCLUDED.brand, last4 = EXCLUDED.last4, saved_at = EXCLUDED.saved_at
       WHERE stripe_card.saved_at <= EXCLUDED.saved_at
         AND stripe_card.payment_method_id <> EXCLUDED.payment_method_id`,
      [accountId, card.paymentMethodId, card.brand, card.last4, savedAt],
    );
    return changed === 1;
  }

  async last(accountId: string): Promise<LastRecharge | undefined> {
    const [row] = await this.database.query<LastRecharge>(
      `SELECT state, code, started_at AS "startedAt" FROM recharge
       WHERE account_id = $1 ORDER BY started_at DESC LIMIT 1`,
      [accountId],
    );
    return row;
  }

  /** What has been charged on a day or is being charged, and whether anything is. */
  async today(
    tx: Tx,
    accountId: string,
    day: string,
  ): Promise<{ cents: number; isUnderWay: boolean }> {
    const [row] = await tx.query<{ cents: number; isUnderWay: boolean }>(
      `SELECT coalesce(sum(amount_cents) FILTER (WHERE day = $2 AND state IN ('started', 'paid')), 0)::float8 AS cents,
              coalesce(bool_or(state = 'started'), false) AS "isUnderWay"
       FROM recharge WHERE account_id = $1 AND (day = $2 OR state = 'started')`,
      [accountId, day],
    );
    return row ?? { cents: 0, isUnderWay: false };
  }

  async start(
    tx: Tx,
    { id, accountId, amountCents, paymentMethodId }: Omit<Recharge, 'startedAt'>,
    day: string,
    attemptMs: number,
  ): Promise<void> {
    await tx.execute(
      `INSERT INTO recharge (id, account_id, amount_cents, payment_method_id, day, due_at)
       VALUES ($1, $2, $3, $4, $5, now() + $6 * interval '1 millisecond')`,
      [id, accountId, amountCents, paymentMethodId, day, attemptMs],
    );
  }

  /** The account's that is paid now; undefined for an unknown one, and for one that was paid before. */
  async pay(tx: Tx, id: string, paymentIntentId: string): Promise<boolean> {
    const changed = await tx.execute(
      `UPDATE recharge SET state = 'paid', payment_intent_id = $2, code = NULL
       WHERE id::text = $1 AND state <> 'paid'`,
      [id, paymentIntentId],
    );
    return changed === 1;
  }

  /** False where it has ended before. */
  async fail(tx: Tx, id: string, state: RechargeFailure, code: string): Promise<boolean> {
    const changed = await tx.execute(
      `UPDATE recharge SET state = $2, code = $3 WHERE id = $1 AND state = 'started'`,
      [id, state, code],
    );
    return changed === 1;
  }

  /**
   * Of these accounts, or of all, those whose paid-in balance is below what they have set, from the one after `after`
   * on: granted credit is not looked at.
   */
  async below(
    accountIds: string[] | undefined,
    now: Date,
    after: string,
    limit: number,
  ): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT r.account_id AS id
       FROM auto_recharge r
       JOIN billing_account a ON a.id = r.account_id
       JOIN ledger_account l ON l.id = a.customer_ledger
       WHERE r.enabled AND r.not_before <= $4 AND r.account_id > $2
         AND ($1::uuid[] IS NULL OR r.account_id = ANY($1::uuid[]))
         AND l.credits_nano_usd - l.debits_nano_usd < r.below_nano_usd
       ORDER BY r.account_id LIMIT $3`,
      [accountIds ?? null, after, limit, now],
    );
    return rows.map(({ id }) => id);
  }

  /** Takes attempts that are due again: others do not get them for as long as the claim lasts. */
  claimDue(limit: number, attemptMs: number): Promise<Recharge[]> {
    return this.database.query<Recharge>(
      `UPDATE recharge SET attempts = attempts + 1,
         due_at = now() + $2 * interval '1 millisecond' * least(power(2, attempts), 40)
       WHERE id IN (
         SELECT id FROM recharge WHERE state = 'started' AND due_at <= now()
         ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
       RETURNING ${recharge}`,
      [limit, attemptMs],
    );
  }
}
