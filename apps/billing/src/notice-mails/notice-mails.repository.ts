import type { DueMail as MailToSend, MailQueue } from '@modelbridge/mail';
import { Database } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { Notice } from '../notices/notice.js';

type MailRecipient = 'owner' | 'member';
export type MailEnd = 'sent' | 'undeliverable' | 'unwanted';

/** A mail that is to be sent now, with what it is about. */
export interface DueMail extends MailToSend {
  notice: Notice;
  recipient: MailRecipient;
  memberUserId: string | null;
  /** Who opened the account. */
  ownerUserId: string;
  cardBrand: string | null;
  cardLast4: string | null;
}

type Row = Omit<DueMail, 'notice' | 'name'> & Notice;

@Injectable()
export class NoticeMailsRepository implements MailQueue<DueMail> {
  constructor(private readonly database: Database) {}

  /** Takes mails that are due: others do not get them for as long as the claim lasts. */
  async claimDue(limit: number, claimMs: number): Promise<DueMail[]> {
    const rows = await this.database.query<Row>(
      `WITH due AS (
         UPDATE notice_mail SET due_at = now() + $2 * interval '1 millisecond'
         WHERE (notice_id, recipient) IN (
           SELECT notice_id, recipient FROM notice_mail WHERE state = 'pending' AND due_at <= now()
           ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
         RETURNING notice_id, recipient, member_user_id)
       SELECT n.id, n.account_id AS "accountId", n.kind, n.facts, n.created_at AS "createdAt",
              due.recipient, due.member_user_id AS "memberUserId", a.owner_user_id AS "ownerUserId",
              p.card_brand AS "cardBrand", p.card_last4 AS "cardLast4"
       FROM due JOIN notice n ON n.id = due.notice_id JOIN billing_account a ON a.id = n.account_id
       LEFT JOIN stripe_payment p ON p.payment_intent_id = n.facts->>'payment_intent_id'`,
      [limit, claimMs],
    );
    return rows.map(
      ({ recipient, memberUserId, ownerUserId, cardBrand, cardLast4, ...notice }) => ({
        name: `${notice.id} to ${recipient}`,
        createdAt: notice.createdAt,
        notice,
        recipient,
        memberUserId,
        ownerUserId,
        cardBrand,
        cardLast4,
      }),
    );
  }

  async end({ notice, recipient }: DueMail, state: MailEnd, why?: string): Promise<void> {
    await this.database.execute(
      `UPDATE notice_mail SET state = $3, last_error = $4, attempts = attempts + 1, ended_at = now()
       WHERE notice_id = $1 AND recipient = $2 AND state = 'pending'`,
      [notice.id, recipient, state, why ?? null],
    );
  }

  /** Plans the next attempt of a mail that could not be sent. */
  async fail(
    { notice, recipient }: DueMail,
    error: string,
    { retryMs, retryMostMs }: { retryMs: number; retryMostMs: number },
  ): Promise<void> {
    await this.database.execute(
      `UPDATE notice_mail SET attempts = attempts + 1, last_error = $3,
         due_at = now() + least($4 * power(2, least(attempts, 30)), $5) * interval '1 millisecond'
       WHERE notice_id = $1 AND recipient = $2 AND state = 'pending'`,
      [notice.id, recipient, error, retryMs, retryMostMs],
    );
  }
}
