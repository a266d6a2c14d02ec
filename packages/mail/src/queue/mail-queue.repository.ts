import { randomUUID } from 'node:crypto';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { DueMail, MailQueue } from '../sending/mail-sender.js';
import type { Unsent } from '../sending/mail.js';

export interface QueuedMail extends DueMail {
  id: string;
  kind: string;
  facts: unknown;
}

@Injectable()
export class MailQueueRepository implements MailQueue<QueuedMail> {
  constructor(private readonly database: Database) {}

  /** Nothing where the kind has one of this cause. */
  async add(tx: Tx, kind: string, cause: string, facts: unknown): Promise<void> {
    await tx.execute(
      `insert into mail (id, kind, cause, facts) values ($1, $2, $3, $4)
       on conflict (kind, cause) do nothing`,
      [randomUUID(), kind, cause, JSON.stringify(facts)],
    );
  }

  async claimDue(limit: number, claimMs: number): Promise<QueuedMail[]> {
    const rows = await this.database.query<Omit<QueuedMail, 'name'>>(
      `update mail set due_at = now() + $2 * interval '1 millisecond'
       where id in (
         select id from mail where state = 'pending' and due_at <= now()
         order by due_at limit $1 for update skip locked)
       returning id, kind, facts, created_at as "createdAt"`,
      [limit, claimMs],
    );
    return rows.map((row) => ({ ...row, name: row.id }));
  }

  async end({ id }: QueuedMail, state: 'sent' | Unsent['state'], why?: string): Promise<void> {
    await this.database.execute(
      `update mail set state = $2, last_error = $3, attempts = attempts + 1, ended_at = now()
       where id = $1 and state = 'pending'`,
      [id, state, why ?? null],
    );
  }

  async fail(
    { id }: QueuedMail,
    error: string,
    { retryMs, retryMostMs }: { retryMs: number; retryMostMs: number },
  ): Promise<void> {
    await this.database.execute(
      `update mail set attempts = attempts + 1, last_error = $2,
         due_at = now() + least($3 * power(2, least(attempts, 30)), $4) * interval '1 millisecond'
       where id = $1 and state = 'pending'`,
      [id, error, retryMs, retryMostMs],
    );
  }

  /** Sent or not, those in whose facts or cause one of these ids stands; how many. */
  removeAbout(tx: Tx, ids: readonly string[]): Promise<number> {
    return tx.execute(
      `delete from mail where exists (
         select from unnest($1::text[]) as id
         where position(id in facts::text) > 0 or position(id in cause) > 0)`,
      [ids],
    );
  }

  async removeEnded(afterMs: number): Promise<void> {
    await this.database.execute(
      `delete from mail where ended_at < now() - $1 * interval '1 millisecond'`,
      [afterMs],
    );
  }
}
