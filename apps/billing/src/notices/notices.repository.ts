import type { Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { NewNotice } from './notice.js';

@Injectable()
export class NoticesRepository {
  /** Adds a notice with its mails, and its webhook where the account has one; false where its cause has been told, and where
   * the account is erased: there is nobody to tell. */
  async add(
    tx: Tx,
    id: string,
    { accountId, kind, cause, facts }: NewNotice,
    memberUserId: string | undefined,
  ): Promise<boolean> {
    const added = await tx.execute(
      `WITH added AS (
         INSERT INTO notice (id, account_id, kind, cause, facts)
         SELECT id, account_id, kind, cause, facts
         FROM (VALUES ($1::uuid, $2::uuid, $3::text, $4::text, $5::jsonb)) AS n (id, account_id, kind, cause, facts)
         WHERE NOT EXISTS (SELECT FROM billing_account a WHERE a.id = n.account_id AND a.erased_at IS NOT NULL)
         ON CONFLICT (account_id, kind, cause) DO NOTHING RETURNING id, account_id),
       webhook AS (
         INSERT INTO account_webhook_delivery (id, account_id, notice_id)
         SELECT gen_random_uuid(), added.account_id, added.id FROM added JOIN account_webhook USING (account_id))
       INSERT INTO notice_mail (notice_id, recipient, member_user_id)
       SELECT id, 'owner', NULL FROM added
       UNION ALL SELECT id, 'member', $6::uuid FROM added WHERE $6::uuid IS NOT NULL`,
      [id, accountId, kind, cause, facts, memberUserId ?? null],
    );
    return added > 0;
  }
}
