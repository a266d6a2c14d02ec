import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { ListedSubscription } from '../stripe/stripe-subscriptions.service.js';

@Injectable()
export class PlanComparisonRepository {
  constructor(private readonly database: Database) {}

  /** Of these, those that are not known as they stand, or whose period is not the account's. */
  async behind(listed: readonly ListedSubscription[]): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT l.id
       FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::bool[])
         AS l (id, status, price_id, starts_at, ends_at, cancels_at_end)
       LEFT JOIN subscription s ON s.subscription_id = l.id
       LEFT JOIN plan_period p USING (account_id)
       WHERE (s.status, s.price_id, s.starts_at, s.ends_at, s.cancels_at_end)
         IS DISTINCT FROM (l.status, l.price_id, l.starts_at, l.ends_at, l.cancels_at_end)
         OR l.status = 'active' AND p.starts_at IS DISTINCT FROM l.starts_at`,
      [
        listed.map(({ subscriptionId }) => subscriptionId),
        listed.map(({ status }) => status),
        listed.map(({ priceId }) => priceId),
        listed.map(({ startsAt }) => startsAt),
        listed.map(({ endsAt }) => endsAt),
        listed.map(({ cancelsAtEnd }) => cancelsAtEnd),
      ],
    );
    return rows.map(({ id }) => id);
  }

  /** Those that have not ended as far as is known here, less these. */
  async openBut(subscriptionIds: readonly string[]): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT subscription_id AS id FROM subscription WHERE NOT ended
       EXCEPT SELECT unnest($1::text[])`,
      [subscriptionIds],
    );
    return rows.map(({ id }) => id);
  }

  /** The plan of the account of a customer with its period and what follows it, in words; undefined: nobody's here. */
  async planOf(tx: Tx, customerId: string): Promise<string | undefined> {
    const [row] = await tx.query<{ plan: string }>(
      `SELECT coalesce(a.plan || '/' || a.plan_version, 'none')
         || coalesce(to_char(p.starts_at AT TIME ZONE 'UTC', '" from "YYYY-MM-DD"T"HH24:MI:SS"Z"')
           || to_char(p.ends_at AT TIME ZONE 'UTC', '" until "YYYY-MM-DD"T"HH24:MI:SS"Z"'), '')
         || coalesce(', then ' || p.next_plan || '/' || p.next_plan_version, '') AS plan
       FROM stripe_customer c JOIN billing_account a ON a.id = c.account_id
       LEFT JOIN plan_period p ON p.account_id = a.id WHERE c.customer_id = $1`,
      [customerId],
    );
    return row?.plan;
  }
}
