import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { PromoCode } from './promo-code.js';

const select = `SELECT code, amount_nano_usd AS amount, valid_from AS "validFrom", valid_until AS "validUntil",
    credit_days AS "creditDays", max_redemptions AS "maxRedemptions", redemptions, ended_at AS "endedAt"
  FROM promo_code`;

@Injectable()
export class PromoCodesRepository {
  constructor(private readonly database: Database) {}

  async find(code: string): Promise<PromoCode | undefined> {
    const [found] = await this.database.query<PromoCode>(`${select} WHERE code = $1`, [code]);
    return found;
  }

  /** Whoever redeems the same code waits. */
  async lock(tx: Tx, code: string): Promise<PromoCode | undefined> {
    const [found] = await tx.query<PromoCode>(`${select} WHERE code = $1 FOR UPDATE`, [code]);
    return found;
  }

  /** False where the code exists. */
  async add(tx: Tx, promo: PromoCode): Promise<boolean> {
    const added = await tx.execute(
      `INSERT INTO promo_code (code, amount_nano_usd, valid_from, valid_until, credit_days, max_redemptions)
       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
      [
        promo.code,
        promo.amount,
        promo.validFrom,
        promo.validUntil,
        promo.creditDays,
        promo.maxRedemptions,
      ],
    );
    return added === 1;
  }

  async end(tx: Tx, code: string, now: Date): Promise<void> {
    await tx.execute('UPDATE promo_code SET ended_at = $2 WHERE code = $1', [code, now]);
  }

  async isRedeemed(tx: Tx, code: string, accountId: string): Promise<boolean> {
    const rows = await tx.query(
      'SELECT FROM promo_redemption WHERE code = $1 AND account_id = $2',
      [code, accountId],
    );
    return rows.length > 0;
  }

  async redeem(tx: Tx, code: string, accountId: string, grantId: string): Promise<void> {
    await tx.execute('UPDATE promo_code SET redemptions = redemptions + 1 WHERE code = $1', [code]);
    await tx.execute(
      'INSERT INTO promo_redemption (code, account_id, grant_id) VALUES ($1, $2, $3)',
      [code, accountId, grantId],
    );
  }

  /** Serialises the tries of an account, and forgets those from before `since`; how many are left. */
  async attempts(tx: Tx, accountId: string, since: Date): Promise<number> {
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 2))', [accountId]);
    await tx.execute('DELETE FROM promo_attempt WHERE account_id = $1 AND attempted_at <= $2', [
      accountId,
      since,
    ]);
    const [row] = await tx.query<{ attempts: bigint }>(
      'SELECT count(*) AS attempts FROM promo_attempt WHERE account_id = $1',
      [accountId],
    );
    return Number(row?.attempts ?? 0);
  }

  /** False for an unknown account. */
  async addAttempt(tx: Tx, accountId: string, now: Date): Promise<boolean> {
    const added = await tx.execute(
      'INSERT INTO promo_attempt (account_id, attempted_at) SELECT id, $2 FROM billing_account WHERE id = $1',
      [accountId, now],
    );
    return added === 1;
  }
}
