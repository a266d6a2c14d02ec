import type { Tx } from '@modelbridge/service-kit/database';
import { Database } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type {
  DisputeFacts,
  DisputeState,
  PaymentFacts,
  RefundFacts,
  RefundState,
} from '../stripe/payment-facts.js';
import type { Assignment, Booked, UnassignedReason } from './moves.js';

export interface HistoryEntry {
  transactionId: string;
  /** Nano-USD; negative for money that went back. */
  amount: bigint;
  source: string;
  createdAt: Date;
  cursor: string;
  cardBrand: string | null;
  cardLast4: string | null;
  paymentIntentId: string | null;
}

/** Amounts are in the smallest unit of the currency. */
export interface UnassignedPayment {
  paymentIntentId: string;
  reason: UnassignedReason;
  currency: string;
  amountCents: bigint;
  /** Not refunded, asked for or disputed. */
  leftCents: bigint;
  paidAt: Date;
}

@Injectable()
export class PaymentsRepository {
  constructor(private readonly database: Database) {}

  /** Serialises what is booked of one payment. */
  async lock(tx: Tx, intentId: string): Promise<void> {
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 2))', [intentId]);
  }

  async booked(tx: Tx, intentId: string): Promise<Booked> {
    const [payment] = await tx.query<Assignment>(
      `SELECT account_id AS "accountId", unassigned, subscription_id AS "subscriptionId"
       FROM stripe_payment WHERE payment_intent_id = $1`,
      [intentId],
    );
    const refunds = await tx.query<{ id: string; state: RefundState }>(
      'SELECT refund_id AS id, state FROM stripe_refund WHERE payment_intent_id = $1',
      [intentId],
    );
    const disputes = await tx.query<{ id: string; state: DisputeState }>(
      'SELECT dispute_id AS id, state FROM stripe_dispute WHERE payment_intent_id = $1',
      [intentId],
    );
    return {
      payment,
      refunds: new Map(refunds.map(({ id, state }) => [id, state])),
      disputes: new Map(disputes.map(({ id, state }) => [id, state])),
    };
  }

  /** Cents; undefined until it is booked. */
  async amountOf(tx: Tx, intentId: string): Promise<number | undefined> {
    const [row] = await tx.query<{ cents: number }>(
      'SELECT amount_cents::float8 AS cents FROM stripe_payment WHERE payment_intent_id = $1',
      [intentId],
    );
    return row?.cents;
  }

  /** The card that has paid is not kept for an account that is erased. */
  async addPayment(tx: Tx, facts: PaymentFacts, assignment: Assignment): Promise<void> {
    await tx.execute(
      `INSERT INTO stripe_payment (payment_intent_id, account_id, unassigned, charge_id, currency, amount_cents,
         card_brand, card_last4, paid_at, subscription_id, tax_cents)
       SELECT $1, $2, $3, $4, $5, $6, CASE WHEN erased THEN NULL ELSE $7 END, CASE WHEN erased THEN NULL ELSE $8 END, $9, $10, $11
       FROM (SELECT EXISTS (SELECT FROM billing_account WHERE id = $2::uuid AND erased_at IS NOT NULL) AS erased) account`,
      [
        facts.intentId,
        assignment.accountId,
        assignment.unassigned,
        facts.chargeId ?? null,
        facts.currency,
        facts.amountCents,
        facts.cardBrand ?? null,
        facts.cardLast4 ?? null,
        facts.paidAt,
        assignment.subscriptionId,
        // What is nobody's is kept whole.
        assignment.accountId === null ? 0 : facts.taxCents,
      ],
    );
  }

  async saveRefund(tx: Tx, intentId: string, refund: RefundFacts, taxCents: number): Promise<void> {
    await tx.execute(
      `INSERT INTO stripe_refund (refund_id, payment_intent_id, amount_cents, state, created_at, tax_cents)
       VALUES ($1, $2, $3, $4, $5, coalesce((SELECT tax_cents FROM refund_request WHERE refund_id = $1), $6))
       ON CONFLICT (refund_id) DO UPDATE SET state = EXCLUDED.state`,
      [refund.id, intentId, refund.amountCents, refund.state, refund.createdAt, taxCents],
    );
  }

  async saveDispute(
    tx: Tx,
    intentId: string,
    dispute: DisputeFacts,
    taxCents: number,
  ): Promise<void> {
    await tx.execute(
      `INSERT INTO stripe_dispute (dispute_id, payment_intent_id, amount_cents, state, created_at, tax_cents)
       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (dispute_id) DO UPDATE SET state = EXCLUDED.state`,
      [dispute.id, intentId, dispute.amountCents, dispute.state, dispute.createdAt, taxCents],
    );
  }

  async addTransfer(
    tx: Tx,
    transfer: {
      id: string;
      kind: string;
      debitAccount: bigint;
      creditAccount: bigint;
      amount: bigint;
    },
  ): Promise<void> {
    await tx.execute(
      `INSERT INTO ledger_transfer (id, kind, debit_account, credit_account, amount_nano_usd)
       VALUES ($1, $2, $3, $4, $5)`,
      [transfer.id, transfer.kind, transfer.debitAccount, transfer.creditAccount, transfer.amount],
    );
  }

  /** Payments of nobody here of which something is left to give back, the newest first. */
  unassigned(limit: number): Promise<UnassignedPayment[]> {
    return this.database.query<UnassignedPayment>(
      `SELECT payment_intent_id AS "paymentIntentId", unassigned AS reason, currency,
              amount_cents AS "amountCents", left_cents AS "leftCents", paid_at AS "paidAt"
       FROM stripe_payment p CROSS JOIN LATERAL (
         SELECT p.amount_cents
           - coalesce((SELECT sum(amount_cents) FROM stripe_refund r
                       WHERE r.payment_intent_id = p.payment_intent_id AND r.state = 'taken'), 0)
           - coalesce((SELECT sum(amount_cents) FROM refund_request q
                       WHERE q.payment_intent_id = p.payment_intent_id AND q.state = 'asked'), 0)
           - coalesce((SELECT sum(amount_cents) FROM stripe_dispute d
                       WHERE d.payment_intent_id = p.payment_intent_id AND d.state <> 'returned'), 0) AS cents) s
       CROSS JOIN LATERAL (SELECT s.cents::int8 AS left_cents) l
       WHERE account_id IS NULL AND left_cents > 0 ORDER BY paid_at DESC LIMIT $1`,
      [limit],
    );
  }

  async hasAccount(accountId: string): Promise<boolean> {
    const found = await this.database.query('SELECT FROM billing_account WHERE id = $1', [
      accountId,
    ]);
    return found.length > 0;
  }

  /** Changes of what an account has paid, the newest first, from the one after `before` on. */
  history(accountId: string, before: string | undefined, limit: number): Promise<HistoryEntry[]> {
    return this.database.query<HistoryEntry>(
      `SELECT p.answer->>'transactionId' AS "transactionId", p.amount_nano_usd AS amount, p.source,
              p.created_at AS "createdAt", p.idempotency_key AS cursor,
              s.card_brand AS "cardBrand", s.card_last4 AS "cardLast4",
              p.payment_intent_id AS "paymentIntentId"
       FROM payment p LEFT JOIN stripe_payment s USING (payment_intent_id)
       WHERE p.account_id = $1
         AND ($2::text IS NULL OR (p.created_at, p.idempotency_key) <
              (SELECT b.created_at, b.idempotency_key FROM payment b
               WHERE b.account_id = $1 AND b.answer->>'transactionId' = $2))
       ORDER BY p.created_at DESC, p.idempotency_key DESC LIMIT $3`,
      [accountId, before ?? null, limit],
    );
  }
}
