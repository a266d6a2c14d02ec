import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { Assignment } from './moves.js';
import type { RefundRequest } from './refund-request.js';

const columns = `r.id, r.payment_intent_id AS "paymentIntentId", p.account_id AS "accountId",
  p.subscription_id AS "subscriptionId", r.amount_cents::float8 AS "amountCents",
  r.tax_cents::float8 AS "taxCents", r.state, r.refusal`;
const table = 'refund_request r JOIN stripe_payment p USING (payment_intent_id)';

@Injectable()
export class RefundRequestsRepository {
  constructor(private readonly database: Database) {}

  async byKey(tx: Tx, idempotencyKey: string): Promise<RefundRequest | undefined> {
    const [request] = await tx.query<RefundRequest>(
      `SELECT ${columns} FROM ${table} WHERE r.idempotency_key = $1`,
      [idempotencyKey],
    );
    return request;
  }

  async find(id: string): Promise<RefundRequest | undefined> {
    const [request] = await this.database.query<RefundRequest>(
      `SELECT ${columns} FROM ${table} WHERE r.id = $1`,
      [id],
    );
    return request;
  }

  async add(
    tx: Tx,
    request: Pick<RefundRequest, 'id' | 'paymentIntentId' | 'amountCents' | 'taxCents'> & {
      idempotencyKey: string;
    },
    dueInMs: number,
  ): Promise<void> {
    await tx.execute(
      `INSERT INTO refund_request (id, idempotency_key, payment_intent_id, amount_cents, tax_cents, due_at)
       VALUES ($1, $2, $3, $4, $5, now() + $6 * interval '1 millisecond')`,
      [
        request.id,
        request.idempotencyKey,
        request.paymentIntentId,
        request.amountCents,
        request.taxCents,
        dueInMs,
      ],
    );
  }

  /** Links the refund that Stripe has made of a request; false where there is no such request, or it has ended. */
  async accept(tx: Tx, id: string, paymentIntentId: string, refundId: string): Promise<boolean> {
    const changed = await tx.execute(
      `UPDATE refund_request SET state = 'accepted', refund_id = $3
       WHERE id::text = $1 AND payment_intent_id = $2 AND state = 'asked'`,
      [id, paymentIntentId, refundId],
    );
    return changed === 1;
  }

  /** False where it has ended before. */
  async refuse(tx: Tx, id: string, refusal: string): Promise<boolean> {
    const changed = await tx.execute(
      `UPDATE refund_request SET state = 'refused', refusal = $2 WHERE id = $1 AND state = 'asked'`,
      [id, refusal],
    );
    return changed === 1;
  }

  /** What can be given back of a payment: less what is refunded, asked for and disputed. Cents. */
  async refundable(
    tx: Tx,
    paymentIntentId: string,
  ): Promise<(Assignment & { cents: number }) | undefined> {
    const [row] = await tx.query<Assignment & { cents: number }>(
      `SELECT account_id AS "accountId", unassigned, subscription_id AS "subscriptionId",
         (amount_cents
          - coalesce((SELECT sum(amount_cents) FROM stripe_refund r
                      WHERE r.payment_intent_id = $1 AND state = 'taken'), 0)
          - coalesce((SELECT sum(amount_cents) FROM refund_request q
                      WHERE q.payment_intent_id = $1 AND state = 'asked'), 0)
          - coalesce((SELECT sum(amount_cents) FROM stripe_dispute d
                      WHERE d.payment_intent_id = $1 AND state <> 'returned'), 0))::float8 AS cents
       FROM stripe_payment WHERE payment_intent_id = $1`,
      [paymentIntentId],
    );
    return row;
  }

  /** Takes what is due to be asked again: others do not get it for as long as the claim lasts. */
  claimDue(limit: number, claimMs: number): Promise<RefundRequest[]> {
    return this.database.query<RefundRequest>(
      `UPDATE refund_request r SET attempts = attempts + 1,
         due_at = now() + $2 * interval '1 millisecond' * least(power(2, attempts), 60)
       FROM stripe_payment p
       WHERE p.payment_intent_id = r.payment_intent_id AND r.id IN (
         SELECT id FROM refund_request WHERE state = 'asked' AND due_at <= now()
         ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
       RETURNING ${columns}`,
      [limit, claimMs],
    );
  }
}
