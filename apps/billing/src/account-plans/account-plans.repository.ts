import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { PlanKey, PlanVersion } from '../plans/plan.js';
import type { Period } from './account-plan.js';

/** The period that an account is in, and the plan that begins after it. */
export interface StoredPeriod extends Period {
  nextPlan: string | null;
  nextPlanVersion: number | null;
}

export interface StoredAccountPlan extends PlanKey, Partial<StoredPeriod> {
  billingMode: 'prepaid' | 'invoice';
  creditLine: bigint;
}

export interface EndedPeriod {
  accountId: string;
  endsAt: Date;
}

const period = `p.starts_at AS "startsAt", p.ends_at AS "endsAt",
  p.next_plan AS "nextPlan", p.next_plan_version AS "nextPlanVersion"`;

@Injectable()
export class AccountPlansRepository {
  constructor(private readonly database: Database) {}

  /** Within the lock of the account, where it is to be changed. */
  async find(
    accountId: string,
    tx: Pick<Tx, 'query'> = this.database,
  ): Promise<StoredAccountPlan | undefined> {
    const [found] = await tx.query<StoredAccountPlan>(
      `SELECT a.plan, a.plan_version AS "planVersion", a.billing_mode AS "billingMode",
              a.credit_line_nano_usd AS "creditLine", ${period}
       FROM billing_account a LEFT JOIN plan_period p ON p.account_id = a.id WHERE a.id = $1`,
      [accountId],
    );
    return found;
  }

  /** Begins a period, or says what begins after the one that runs. */
  async savePeriod(
    tx: Tx,
    accountId: string,
    { startsAt, endsAt }: Period,
    next?: PlanVersion,
  ): Promise<void> {
    await tx.execute(
      `INSERT INTO plan_period (account_id, starts_at, ends_at, next_plan, next_plan_version)
       VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (account_id) DO UPDATE SET starts_at = EXCLUDED.starts_at, ends_at = EXCLUDED.ends_at,
         next_plan = EXCLUDED.next_plan, next_plan_version = EXCLUDED.next_plan_version`,
      [accountId, startsAt, endsAt, next?.name, next?.version],
    );
  }

  async removePeriod(tx: Tx, accountId: string): Promise<void> {
    await tx.execute('DELETE FROM plan_period WHERE account_id = $1', [accountId]);
  }

  /** Whether the plan follows a subscription. */
  async isSubscribed(tx: Tx, accountId: string): Promise<boolean> {
    const rows = await tx.query(
      'SELECT FROM subscription WHERE account_id = $1 AND started AND NOT ended',
      [accountId],
    );
    return rows.length > 0;
  }

  /**
   * Periods that have ended and that no subscription renews, the oldest first, so many of those after `after`.
   */
  ended(now: Date, after: EndedPeriod | undefined, most: number): Promise<EndedPeriod[]> {
    return this.database.query<EndedPeriod>(
      `SELECT account_id AS "accountId", ends_at AS "endsAt" FROM plan_period p
       WHERE ends_at <= $1 AND (ends_at, account_id) > ($2, $3)
         AND NOT EXISTS (SELECT FROM subscription s WHERE s.account_id = p.account_id AND s.started AND NOT s.ended)
       ORDER BY ends_at, account_id LIMIT $4`,
      [
        now,
        after?.endsAt ?? new Date(0),
        after?.accountId ?? '00000000-0000-0000-0000-000000000000',
        most,
      ],
    );
  }
}
