import { Database } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { Notice } from '../notices/notice.js';
import type { Attempt } from './webhook-client.service.js';
import type { Webhook } from './webhooks.repository.js';

export type DeliveryState = 'pending' | 'delivered' | 'failed';

/** A message that is to be sent now, and to where. */
export interface DueDelivery {
  id: string;
  webhook: Webhook;
  /** Null: a test. */
  notice: Notice | null;
  createdAt: Date;
  attempts: number;
}

export interface Delivery {
  id: string;
  /** Null: a test. */
  kind: string | null;
  state: DeliveryState;
  attempts: number;
  lastStatus: number | null;
  lastError: string | null;
  lastLatencyMs: number | null;
  createdAt: Date;
  endedAt: Date | null;
}

interface DueRow extends Omit<Webhook, 'createdAt'> {
  deliveryId: string;
  createdAt: Date;
  attempts: number;
  webhookCreatedAt: Date;
  noticeId: string | null;
  kind: Notice['kind'] | null;
  facts: Notice['facts'] | null;
  noticeCreatedAt: Date | null;
}

const dueColumns = `due.id AS "deliveryId", due.created_at AS "createdAt", due.attempts, w.id, w.url,
  w.account_id AS "accountId", w.secret_version AS "secretVersion", w.created_at AS "webhookCreatedAt",
  w.previous_secret_until AS "previousSecretUntil",
  n.id AS "noticeId", n.kind, n.facts, n.created_at AS "noticeCreatedAt"
  FROM due JOIN account_webhook w ON w.account_id = due.account_id LEFT JOIN notice n ON n.id = due.notice_id`;

@Injectable()
export class DeliveriesRepository {
  constructor(private readonly database: Database) {}

  /** Takes deliveries that are due: others do not get them for as long as the claim lasts. */
  async claimDue(limit: number, claimMs: number): Promise<DueDelivery[]> {
    const rows = await this.database.query<DueRow>(
      `WITH due AS (
         UPDATE account_webhook_delivery SET due_at = now() + $2 * interval '1 millisecond'
         WHERE id IN (
           SELECT id FROM account_webhook_delivery WHERE state = 'pending' AND due_at <= now()
           ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
         RETURNING id, account_id, notice_id, created_at, attempts)
       SELECT ${dueColumns}`,
      [limit, claimMs],
    );
    return rows.map(dueOf);
  }

  /** A test, claimed by who adds it; undefined where the account has had as many within a minute, or has no webhook. */
  async addTest(
    id: string,
    accountId: string,
    { testsAMinute, claimMs }: { testsAMinute: number; claimMs: number },
  ): Promise<DueDelivery | undefined> {
    const [row] = await this.database.query<DueRow>(
      `WITH due AS (
         INSERT INTO account_webhook_delivery (id, account_id, due_at)
         SELECT $1, $2, now() + $4 * interval '1 millisecond'
         WHERE (SELECT count(*) FROM account_webhook_delivery
                WHERE account_id = $2 AND notice_id IS NULL AND created_at > now() - interval '1 minute') < $3
         RETURNING id, account_id, notice_id, created_at, attempts)
       SELECT ${dueColumns}`,
      [id, accountId, testsAMinute, claimMs],
    );
    return row && dueOf(row);
  }

  /** Notes an attempt; `retryMs`: until the next one, undefined where this was the last. */
  async note(id: string, attempt: Attempt, state: DeliveryState, retryMs?: number): Promise<void> {
    await this.database.execute(
      `UPDATE account_webhook_delivery SET attempts = attempts + 1, last_status = $2, last_error = $3,
         last_latency_ms = $4, state = $5, ended_at = CASE WHEN $5 = 'pending' THEN NULL ELSE now() END,
         due_at = now() + coalesce($6::float8, 0) * interval '1 millisecond'
       WHERE id = $1 AND state = 'pending'`,
      [
        id,
        'status' in attempt ? attempt.status : null,
        'error' in attempt ? attempt.error : null,
        attempt.latencyMs,
        state,
        retryMs ?? null,
      ],
    );
  }

  /** Puts off everything that waits for the endpoint of an account, so that one that is down holds up nobody else. */
  async postpone(accountId: string, ms: number): Promise<void> {
    await this.database.execute(
      `UPDATE account_webhook_delivery SET due_at = now() + $2 * interval '1 millisecond'
       WHERE account_id = $1 AND state = 'pending' AND due_at < now() + $2 * interval '1 millisecond'`,
      [accountId, ms],
    );
  }

  /** Of an account, the newest first, from the one after `before` on. */
  list(accountId: string, before: string | undefined, limit: number): Promise<Delivery[]> {
    return this.database.query<Delivery>(
      `SELECT d.id, n.kind, d.state, d.attempts, d.last_status AS "lastStatus", d.last_error AS "lastError",
              d.last_latency_ms AS "lastLatencyMs", d.created_at AS "createdAt", d.ended_at AS "endedAt"
       FROM account_webhook_delivery d LEFT JOIN notice n ON n.id = d.notice_id
       WHERE d.account_id = $1 AND ($2::uuid IS NULL OR (d.created_at, d.id) <
         (SELECT b.created_at, b.id FROM account_webhook_delivery b WHERE b.account_id = $1 AND b.id = $2))
       ORDER BY d.created_at DESC, d.id DESC LIMIT $3`,
      [accountId, before ?? null, limit],
    );
  }
}

function dueOf(row: DueRow): DueDelivery {
  const { deliveryId, createdAt, attempts, noticeId, kind, facts, noticeCreatedAt, ...webhook } =
    row;
  const { accountId } = webhook;
  return {
    id: deliveryId,
    createdAt,
    attempts,
    webhook: { ...webhook, createdAt: row.webhookCreatedAt },
    notice:
      noticeId === null
        ? null
        : ({ id: noticeId, accountId, kind, facts, createdAt: noticeCreatedAt } as Notice),
  };
}
