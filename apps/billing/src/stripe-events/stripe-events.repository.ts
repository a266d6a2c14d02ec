import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { stripeEventBounds } from './bounds.js';

export interface NewEvent {
  id: string;
  type: string;
  createdAt: Date;
  /** Null: it means nothing here. */
  objectId: string | null;
}

export interface ClaimedEvent {
  id: string;
  objectId: string;
}

export interface PendingEvent extends ClaimedEvent {
  type: string;
  createdAt: Date;
  attempts: number;
  lastError: string | null;
}

@Injectable()
export class StripeEventsRepository {
  constructor(private readonly database: Database) {}

  /** Keeps an event, claimed by whoever keeps it; false where it was kept before. */
  async keep({ id, type, createdAt, objectId }: NewEvent): Promise<boolean> {
    const kept = await this.database.execute(
      `INSERT INTO stripe_event (event_id, type, object_id, state, created_at, due_at)
       VALUES ($1, $2, coalesce($3, ''), CASE WHEN $3::text IS NULL THEN 'ignored' ELSE 'pending' END, $4,
               now() + $5 * interval '1 millisecond')
       ON CONFLICT DO NOTHING`,
      [id, type, objectId, createdAt, stripeEventBounds.claimMs],
    );
    return kept === 1;
  }

  /** Ends an event in the transaction of its effect; false where another has. */
  async apply(tx: Tx, id: string): Promise<boolean> {
    const applied = await tx.execute(
      `UPDATE stripe_event SET state = 'applied', last_error = NULL WHERE event_id = $1 AND state = 'pending'`,
      [id],
    );
    return applied === 1;
  }

  /** Plans the next attempt of an event that has failed. */
  async fail(id: string, error: string): Promise<void> {
    const { retryMs, retryMostMs } = stripeEventBounds;
    await this.database.execute(
      `UPDATE stripe_event SET attempts = attempts + 1, last_error = $2,
         due_at = now() + least($3 * power(2, least(attempts, 30)), $4) * interval '1 millisecond'
       WHERE event_id = $1 AND state = 'pending'`,
      [id, error, retryMs, retryMostMs],
    );
  }

  /** Takes events that are due: others do not get them for as long as the claim lasts. */
  claimDue(limit: number): Promise<ClaimedEvent[]> {
    return this.database.query<ClaimedEvent>(
      `UPDATE stripe_event SET due_at = now() + $2 * interval '1 millisecond'
       WHERE event_id IN (
         SELECT event_id FROM stripe_event WHERE state = 'pending' AND due_at <= now()
         ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
       RETURNING event_id AS id, object_id AS "objectId"`,
      [limit, stripeEventBounds.claimMs],
    );
  }

  /** Those that have not had their effect, the oldest first. */
  pending(limit: number): Promise<PendingEvent[]> {
    return this.database.query<PendingEvent>(
      `SELECT event_id AS id, type, object_id AS "objectId", created_at AS "createdAt", attempts,
              last_error AS "lastError"
       FROM stripe_event WHERE state = 'pending' ORDER BY created_at LIMIT $1`,
      [limit],
    );
  }

  /** Up to when Stripe's list has been read without a gap; undefined before it was for the first time. */
  async readUntil(): Promise<Date | undefined> {
    const [row] = await this.database.query<{ readUntil: Date }>(
      'SELECT read_until AS "readUntil" FROM stripe_catch_up',
    );
    return row?.readUntil;
  }

  async saveReadUntil(time: Date): Promise<void> {
    await this.database.execute(
      `INSERT INTO stripe_catch_up AS c (read_until) VALUES ($1)
       ON CONFLICT (single) DO UPDATE SET read_until = greatest(c.read_until, EXCLUDED.read_until)`,
      [time],
    );
  }
}
