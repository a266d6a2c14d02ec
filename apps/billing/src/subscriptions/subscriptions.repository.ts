import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { PlanKey, PlanVersion } from '../plans/plan.js';
import type { SubscriptionFacts } from '../stripe/subscription-facts.js';
import type { Subscription, SubscriptionStanding } from './subscription.js';

@Injectable()
export class SubscriptionsRepository {
  constructor(private readonly database: Database) {}

  /** Whoever brings the same subscription up to date waits. */
  async lock(tx: Tx, subscriptionId: string): Promise<void> {
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 3))', [subscriptionId]);
  }

  /** The one that the account pays; undefined where it pays none. */
  async running(accountId: string): Promise<Subscription | undefined> {
    const [found] = await this.database.query<Subscription>(
      `SELECT subscription_id AS "subscriptionId", item_id AS "itemId", price_id AS "priceId", ends_at AS "endsAt",
              cancels_at_end AS "cancelsAtEnd"
       FROM subscription WHERE account_id = $1 AND started AND NOT ended`,
      [accountId],
    );
    return found;
  }

  /** The one that runs, else the latest; undefined where there was none. */
  async latest(accountId: string): Promise<SubscriptionStanding | undefined> {
    const [found] = await this.database.query<SubscriptionStanding>(
      `SELECT s.subscription_id AS "subscriptionId", s.status, p.plan, p.plan_version AS "planVersion",
              s.starts_at AS "startsAt", s.ends_at AS "endsAt", s.cancels_at_end AS "cancelsAtEnd", s.ended AS "hasEnded"
       FROM subscription s JOIN plan_price p USING (price_id)
       WHERE s.account_id = $1 ORDER BY s.started AND NOT s.ended DESC, s.starts_at DESC LIMIT 1`,
      [accountId],
    );
    return found;
  }

  /** All of an account that have not ended, paid or not. */
  async open(accountId: string): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      'SELECT subscription_id AS id FROM subscription WHERE account_id = $1 AND NOT ended',
      [accountId],
    );
    return rows.map(({ id }) => id);
  }

  /** Whether it was over when it was last read. */
  async hasEnded(tx: Tx, subscriptionId: string): Promise<boolean> {
    const [row] = await tx.query<{ ended: boolean }>(
      'SELECT ended FROM subscription WHERE subscription_id = $1',
      [subscriptionId],
    );
    return row?.ended ?? false;
  }

  /** Whether the account pays another one than this. */
  async paysAnother(tx: Tx, accountId: string, subscriptionId: string): Promise<boolean> {
    const found = await tx.query(
      'SELECT FROM subscription WHERE account_id = $1 AND subscription_id <> $2 AND started AND NOT ended',
      [accountId, subscriptionId],
    );
    return found.length > 0;
  }

  /** The number of a reading that begins now: larger than that of any that began before. */
  async nextReading(): Promise<bigint> {
    const [row] = await this.database.query<{ reading: bigint }>(
      `SELECT nextval('subscription_reading') AS reading`,
    );
    if (row === undefined) throw new Error('a sequence that has ended');
    return row.reading;
  }

  /**
   * Keeps how a subscription stood by a reading; whether a period of it was ever paid, this one included. Undefined
   * where a reading that began later is kept.
   */
  async save(
    tx: Tx,
    accountId: string,
    facts: SubscriptionFacts,
    reading: bigint,
  ): Promise<boolean | undefined> {
    const [saved] = await tx.query<{ started: boolean }>(
      `INSERT INTO subscription AS s (subscription_id, account_id, item_id, price_id, status, starts_at, ends_at,
         cancels_at_end, started, ended, reading)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
       ON CONFLICT (subscription_id) DO UPDATE SET item_id = EXCLUDED.item_id, price_id = EXCLUDED.price_id,
         status = EXCLUDED.status, starts_at = EXCLUDED.starts_at, ends_at = EXCLUDED.ends_at,
         cancels_at_end = EXCLUDED.cancels_at_end, started = s.started OR EXCLUDED.started, ended = EXCLUDED.ended,
         reading = EXCLUDED.reading
       WHERE s.reading < EXCLUDED.reading
       RETURNING started`,
      [
        facts.subscriptionId,
        accountId,
        facts.itemId,
        facts.priceId,
        facts.status,
        facts.startsAt,
        facts.endsAt,
        facts.cancelsAtEnd,
        facts.stages.length > 0,
        facts.hasEnded,
        reading,
      ],
    );
    return saved?.started;
  }

  async priceOf({ name, version }: PlanVersion): Promise<string | undefined> {
    const [row] = await this.database.query<{ priceId: string }>(
      'SELECT price_id AS "priceId" FROM plan_price WHERE plan = $1 AND plan_version = $2',
      [name, version],
    );
    return row?.priceId;
  }

  async keepPrice({ name, version }: PlanVersion, priceId: string): Promise<void> {
    await this.database.execute(
      `INSERT INTO plan_price (plan, plan_version, price_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
      [name, version, priceId],
    );
  }

  async planOf(tx: Tx, priceId: string): Promise<PlanKey | undefined> {
    const [row] = await tx.query<PlanKey>(
      'SELECT plan, plan_version AS "planVersion" FROM plan_price WHERE price_id = $1',
      [priceId],
    );
    return row;
  }
}
