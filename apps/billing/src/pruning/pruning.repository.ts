import { Database } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';

/** What is removed once it is old enough. */
export type Prunable = 'stripeEvents' | 'deliveries' | 'notices';

/** Each takes an age, by the time of the rows, which is Postgres' and Stripe's, and a number of rows, passes over what others hold, and answers with what it removed. */
const statements: Record<Prunable, string> = {
  // What has not had its effect stays however old it is.
  stripeEvents: `DELETE FROM stripe_event WHERE event_id IN (
    SELECT event_id FROM stripe_event WHERE created_at < now() - $1 * interval '1 millisecond' AND state <> 'pending' LIMIT $2 FOR UPDATE SKIP LOCKED)`,
  deliveries: `DELETE FROM account_webhook_delivery WHERE id IN (
    SELECT id FROM account_webhook_delivery WHERE ended_at < now() - $1 * interval '1 millisecond' ORDER BY ended_at LIMIT $2 FOR UPDATE SKIP LOCKED)`,
  // With its mails; one that somebody is still to be told of stays.
  notices: `WITH old AS (
      SELECT id FROM notice n WHERE created_at < now() - $1 * interval '1 millisecond'
        AND NOT EXISTS (SELECT FROM notice_mail m WHERE m.notice_id = n.id AND m.state = 'pending')
        AND NOT EXISTS (SELECT FROM account_webhook_delivery d WHERE d.notice_id = n.id)
      LIMIT $2 FOR UPDATE SKIP LOCKED),
    mails AS (DELETE FROM notice_mail WHERE notice_id IN (SELECT id FROM old))
    DELETE FROM notice WHERE id IN (SELECT id FROM old)`,
};

@Injectable()
export class PruningRepository {
  constructor(private readonly database: Database) {}

  remove(what: Prunable, ageMs: number, most: number): Promise<number> {
    return this.database.execute(statements[what], [ageMs, most]);
  }
}
