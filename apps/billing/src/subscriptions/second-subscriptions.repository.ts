import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';

@Injectable()
export class SecondSubscriptionsRepository {
  constructor(private readonly database: Database) {}

  /** False where it was known before. */
  async add(tx: Tx, subscriptionId: string, reading: bigint): Promise<boolean> {
    const added = await tx.execute(
      `INSERT INTO second_subscription (subscription_id, reading) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
      [subscriptionId, reading],
    );
    return added === 1;
  }

  /** A reading that began later has found it to be the only one. */
  async remove(tx: Tx, subscriptionId: string, reading: bigint): Promise<void> {
    await tx.execute(
      'DELETE FROM second_subscription WHERE subscription_id = $1 AND reading < $2',
      [subscriptionId, reading],
    );
  }

  /**
   * Payments for those that have ended, of which nothing has gone back, was asked for or is disputed: where something is,
   * an operator or a bank is at it.
   */
  async paid(most: number): Promise<string[]> {
    const rows = await this.database.query<{ intentId: string }>(
      `SELECT p.payment_intent_id AS "intentId"
       FROM second_subscription s JOIN subscription b USING (subscription_id) JOIN stripe_payment p USING (subscription_id)
       WHERE b.ended AND p.account_id IS NOT NULL
         AND NOT EXISTS (SELECT FROM refund_request r WHERE r.payment_intent_id = p.payment_intent_id)
         AND NOT EXISTS (SELECT FROM stripe_refund r WHERE r.payment_intent_id = p.payment_intent_id)
         AND NOT EXISTS (SELECT FROM stripe_dispute d WHERE d.payment_intent_id = p.payment_intent_id)
       ORDER BY p.paid_at LIMIT $1`,
      [most],
    );
    return rows.map(({ intentId }) => intentId);
  }
}
