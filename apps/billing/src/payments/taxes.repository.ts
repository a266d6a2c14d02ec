import type { Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { TaxedPayment } from './tax.js';

/** Refunds, disputes and requests whose refund is not known yet, of one payment; `gone`: they are not in the ledger any more. */
const parts = `
  SELECT refund_id AS id, amount_cents, tax_cents, state = 'taken' AS gone FROM stripe_refund WHERE payment_intent_id = $1
  UNION ALL
  SELECT dispute_id, amount_cents, tax_cents, state <> 'returned' FROM stripe_dispute WHERE payment_intent_id = $1
  UNION ALL
  SELECT coalesce(refund_id, id::text), amount_cents, tax_cents, state <> 'refused' FROM refund_request q
  WHERE payment_intent_id = $1 AND NOT EXISTS (SELECT FROM stripe_refund r WHERE r.refund_id = q.refund_id)`;

@Injectable()
export class TaxesRepository {
  /** The payment has to be booked. */
  async of(tx: Tx, intentId: string): Promise<TaxedPayment> {
    const [payment] = await tx.query<{ amountCents: number; taxCents: number }>(
      `SELECT amount_cents::float8 AS "amountCents", tax_cents::float8 AS "taxCents"
       FROM stripe_payment WHERE payment_intent_id = $1`,
      [intentId],
    );
    if (payment === undefined) throw new Error('nothing is known of a payment that is not booked');
    const rows =
      payment.taxCents === 0
        ? []
        : await tx.query<{ id: string; cents: number; tax: number; gone: boolean }>(
            `SELECT id, amount_cents::float8 AS cents, tax_cents::float8 AS tax, gone FROM (${parts}) part`,
            [intentId],
          );
    const gone = rows.filter((row) => row.gone);
    return {
      ...payment,
      backCents: gone.reduce((sum, { cents }) => sum + cents, 0),
      backTaxCents: gone.reduce((sum, { tax }) => sum + tax, 0),
      parts: new Map(rows.map(({ id, tax }) => [id, tax])),
    };
  }
}
