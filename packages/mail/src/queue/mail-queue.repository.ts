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

/** How many mails there are, how many of them are to be sent yet, and by when the last of the others had ended. */
export interface MailStanding {
  all: number;
  pending: number;
  lastEndedAt: Date | undefined;
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

  /** The same, of many. */
  async addAll(
    tx: Tx,
    kind: string,
    mails: readonly { cause: string; facts: unknown }[],
  ): Promise<void> {
    await tx.execute(
      `insert into mail (id, kind, cause, facts)
       select id, $1, cause, facts from unnest($2::uuid[], $3::text[], $4::jsonb[]) as m (id, cause, facts)
       on conflict (kind, cause) do nothing`,
      [
        kind,
        mails.map(() => randomUUID()),
        mails.map(({ cause }) => cause),
        mails.map(({ facts }) => JSON.stringify(facts)),
      ],
    );
  }

  async standing(kind: string, causePrefix: string): Promise<MailStanding> {
    const [row] = await this.database.query<{ all: number; pending: number; endedAt: Date | null }>(
      `select count(*)::int4 as all, (count(*) filter (where state = 'pending'))::int4 as pending,
         date_trunc('milliseconds', max(ended_at)) + interval '1 millisecond' as "endedAt"
       from mail where kind = $1 and starts_with(cause, $2)`,
      [kind, causePrefix],
    );
    const { all = 0, pending = 0, endedAt } = row ?? {};
    return { all, pending, lastEndedAt: endedAt ?? undefined };
  }

  async sendAgain(kind: string, causePrefix: string, finalReasons: readonly string[]) {
    await this.database.execute(
      `update mail set state = 'pending', ended_at = null, created_at = now(), due_at = now()
       where kind = $1 and starts_with(cause, $2) and state = 'undeliverable' and last_error <> all ($3)`,
      [kind, causePrefix, finalReasons],
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
