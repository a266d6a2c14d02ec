import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { clerkBounds } from './bounds.js';

/** An open account as Clerk had its person when it was last heard of. */
export interface Compared {
  clerkUserId: string;
  clerkUpdatedAt: Date | null;
}

@Injectable()
export class ComparisonRepository {
  constructor(private readonly database: Database) {}

  /**
   * The accounts that are due, filled up to a page with those that are next, so that nobody is ever asked about
   * alone; none where nobody is due. Others do not get them for as long as the claim lasts.
   */
  claim(): Promise<Compared[]> {
    return this.database.transaction(async (tx) => {
      const rows = await tx.query<{ clerk_user_id: string; clerk_updated_at: Date | null }>(
        `update app_user set clerk_compare_at = now() + make_interval(secs => $1)
         where id in (
           select id from app_user
           where clerk_user_id is not null and closed_at is null
             and exists (
               select from app_user
               where clerk_user_id is not null and closed_at is null and clerk_compare_at <= now()
             )
           order by clerk_compare_at limit $2 for update skip locked
         )
         returning clerk_user_id, clerk_updated_at`,
        [clerkBounds.compareClaimMs / 1_000, clerkBounds.comparePage],
      );
      return rows.map((row) => ({
        clerkUserId: row.clerk_user_id,
        clerkUpdatedAt: row.clerk_updated_at,
      }));
    });
  }

  async compared(tx: Tx, clerkUserId: string, everyHours: number): Promise<void> {
    await tx.execute(
      `update app_user set clerk_compare_at = now() + make_interval(hours => $2)
       where clerk_user_id = $1`,
      [clerkUserId, everyHours],
    );
  }
}
