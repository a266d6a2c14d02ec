import { Database } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { PlanVersion, RateLimits } from './plan.js';

type Row = Omit<PlanVersion, 'limits'> & RateLimits;

const select = `SELECT name, version, effective_from AS "effectiveFrom",
    monthly_price_cents AS "monthlyPriceCents", included_credit_nano_usd AS "includedCredit",
    requests_per_minute AS "requestsPerMinute", tokens_per_minute AS "tokensPerMinute",
    concurrent_requests AS "concurrentRequests", max_team_members AS "maxTeamMembers"
  FROM plan_version`;

@Injectable()
export class PlanVersionsRepository {
  constructor(private readonly database: Database) {}

  async all(): Promise<PlanVersion[]> {
    const rows = await this.database.query<Row>(select);
    return rows.map(({ requestsPerMinute, tokensPerMinute, concurrentRequests, ...plan }) => ({
      ...plan,
      limits: { requestsPerMinute, tokensPerMinute, concurrentRequests },
    }));
  }
}
