import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { Movement } from '../stripe/stripe-movements.service.js';
import { reconciliationBounds } from './bounds.js';

export interface Range {
  from: Date;
  until: Date;
}

export type DifferenceKind =
  'not_booked' | 'not_at_stripe' | 'other_amount' | 'not_ours' | 'provider_cost' | 'other_plan';

export interface Difference {
  objectId: string;
  kind: DifferenceKind;
  detail: string;
}

/** Something of which the sums are not the same here and there: it has to be looked into. */
export interface Suspect {
  sourceId: string;
  /** Null: not known here. */
  intentId: string | null;
  /** Of one movement at Stripe; null where there is none. */
  movementId: string | null;
}

@Injectable()
export class ReconciliationRepository {
  constructor(private readonly database: Database) {}

  /** False where this day is compared or being compared; one whose process died is begun again. */
  async begin(id: string, { from, until }: Range, day: string | null): Promise<boolean> {
    const begun = await this.database.execute(
      `INSERT INTO reconciliation (id, from_at, until_at, day) VALUES ($1, $2, $3, $4)
       ON CONFLICT (day) DO UPDATE SET id = EXCLUDED.id, started_at = now()
       WHERE reconciliation.ended_at IS NULL
         AND reconciliation.started_at < now() - $5 * interval '1 millisecond'`,
      [id, from, until, day, reconciliationBounds.diedAfterMs],
    );
    return begun === 1;
  }

  async see(id: string, movements: Movement[]): Promise<void> {
    await this.database.execute(
      `INSERT INTO reconciliation_seen AS s (reconciliation_id, source_id, movement_id, amount_cents)
       SELECT $1, source_id, min(movement_id), sum(amount_cents)
       FROM unnest($2::text[], $3::text[], $4::int8[]) AS m (source_id, movement_id, amount_cents)
       GROUP BY source_id
       ON CONFLICT (reconciliation_id, source_id) DO UPDATE SET amount_cents = s.amount_cents + EXCLUDED.amount_cents`,
      [
        id,
        movements.map(({ sourceId }) => sourceId),
        movements.map(({ id: movementId }) => movementId),
        movements.map(({ amountCents }) => amountCents),
      ],
    );
  }

  /** Whatever moved at Stripe otherwise than it is booked, and payments that are booked and did not move there. */
  suspects(id: string, { from, until }: Range): Promise<Suspect[]> {
    return this.database.query<Suspect>(
      `WITH seen AS (SELECT * FROM reconciliation_seen WHERE reconciliation_id = $1)
       SELECT s.source_id AS "sourceId", s.movement_id AS "movementId",
              coalesce(p.payment_intent_id, r.payment_intent_id, d.payment_intent_id) AS "intentId"
       FROM seen s
       LEFT JOIN stripe_payment p ON p.charge_id = s.source_id
       LEFT JOIN stripe_refund r ON r.refund_id = s.source_id
       LEFT JOIN stripe_dispute d ON d.dispute_id = s.source_id
       WHERE s.amount_cents IS DISTINCT FROM coalesce(
         p.amount_cents,
         CASE r.state WHEN 'taken' THEN -r.amount_cents WHEN 'returned' THEN 0 END,
         CASE d.state WHEN 'returned' THEN 0 WHEN 'open' THEN -d.amount_cents WHEN 'lost' THEN -d.amount_cents END)
       UNION ALL
       SELECT coalesce(p.charge_id, p.payment_intent_id), NULL, p.payment_intent_id
       FROM stripe_payment p
       WHERE p.paid_at >= $2 AND p.paid_at < $3
         AND NOT EXISTS (SELECT FROM seen s WHERE s.source_id = p.charge_id)
       LIMIT $4`,
      [id, from, until, reconciliationBounds.mostLookups],
    );
  }

  async paymentsIn({ from, until }: Range): Promise<number> {
    const [row] = await this.database.query<{ payments: bigint }>(
      'SELECT count(*) AS payments FROM stripe_payment WHERE paid_at >= $1 AND paid_at < $2',
      [from, until],
    );
    return Number(row?.payments ?? 0);
  }

  /** Payments whose steps do not add up to what the ledger has of them, of all times. */
  unbalanced(): Promise<{ intentId: string; stripeCents: bigint; bookedNanoUsd: bigint }[]> {
    return this.database.query(
      `SELECT p.payment_intent_id AS "intentId", s.cents AS "stripeCents", coalesce(h.booked, 0) AS "bookedNanoUsd"
       FROM stripe_payment p
       CROSS JOIN LATERAL (
         SELECT p.amount_cents - p.tax_cents
           - coalesce((SELECT sum(amount_cents - tax_cents) FROM stripe_refund r
                       WHERE r.payment_intent_id = p.payment_intent_id AND r.state = 'taken'), 0)
           - coalesce((SELECT sum(amount_cents - tax_cents) FROM refund_request q
                       WHERE q.payment_intent_id = p.payment_intent_id AND q.state = 'asked'), 0)
           - coalesce((SELECT sum(amount_cents - tax_cents) FROM stripe_dispute d
                       WHERE d.payment_intent_id = p.payment_intent_id AND d.state <> 'returned'), 0) AS cents) s
       LEFT JOIN (SELECT payment_intent_id, sum(amount_nano_usd)::int8 AS booked FROM payment
                  WHERE payment_intent_id IS NOT NULL GROUP BY payment_intent_id) h USING (payment_intent_id)
       WHERE p.account_id IS NOT NULL AND s.cents * 10000000 <> coalesce(h.booked, 0)
       LIMIT $1`,
      [reconciliationBounds.mostLookups],
    );
  }

  async end(id: string, checked: number, differences: Difference[]): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.execute('DELETE FROM reconciliation_seen WHERE reconciliation_id = $1', [id]);
      await this.keep(tx, [id], differences);
      await tx.execute(
        'UPDATE reconciliation SET checked = $2, differences = $3, ended_at = now() WHERE id = $1',
        [id, checked, differences.length],
      );
    });
  }

  /** Tells how bills of providers stand in the reports of days that do not tell it yet; false where all of them do. */
  report(found: Difference[]): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const reports = await tx.query<{ id: string }>(
        `UPDATE reconciliation SET provider_cost_differences = $1
         WHERE day IS NOT NULL AND ended_at IS NOT NULL AND provider_cost_differences IS NULL RETURNING id`,
        [found.length],
      );
      await this.keep(
        tx,
        reports.map(({ id }) => id),
        found,
      );
      return reports.length > 0;
    });
  }

  private async keep(tx: Tx, ids: string[], differences: Difference[]): Promise<void> {
    await tx.execute(
      `INSERT INTO reconciliation_difference (reconciliation_id, object_id, kind, detail)
       SELECT r.id, d.* FROM unnest($1::uuid[]) r (id), unnest($2::text[], $3::text[], $4::text[]) d
       ON CONFLICT DO NOTHING`,
      [
        ids,
        differences.map(({ objectId }) => objectId),
        differences.map(({ kind }) => kind),
        differences.map(({ detail }) => detail),
      ],
    );
  }

  async abandon(id: string): Promise<void> {
    await this.database.execute('DELETE FROM reconciliation_seen WHERE reconciliation_id = $1', [
      id,
    ]);
    await this.database.execute('DELETE FROM reconciliation WHERE id = $1 AND ended_at IS NULL', [
      id,
    ]);
  }

  /** Of these UTC days, those that no scheduled comparison has ended for, the oldest first. */
  async missing(days: string[]): Promise<string[]> {
    const rows = await this.database.query<{ day: string }>(
      `SELECT d.day::text AS day FROM unnest($1::date[]) AS d (day)
       LEFT JOIN reconciliation r ON r.day = d.day AND r.ended_at IS NOT NULL
       WHERE r.day IS NULL ORDER BY d.day`,
      [days],
    );
    return rows.map(({ day }) => day);
  }

  /** Differences that the latest scheduled comparisons have found, for the alert. */
  async openDifferences(): Promise<number> {
    const [row] = await this.database.query<{ differences: bigint }>(
      `SELECT coalesce(sum(differences), 0)::int8 AS differences FROM reconciliation
       WHERE day >= (now() - interval '7 days')::date`,
    );
    return Number(row?.differences ?? 0);
  }

  /** When the first payment of Stripe's was booked; undefined before it. */
  async firstPaymentAt(): Promise<Date | undefined> {
    const [row] = await this.database.query<{ first: Date | null }>(
      'SELECT min(paid_at) AS first FROM stripe_payment',
    );
    return row?.first ?? undefined;
  }
}
