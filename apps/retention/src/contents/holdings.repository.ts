import { idFromUuid, uuidOf } from '@modelbridge/contracts';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { DayCount } from '../days/day-count.js';
import type { Held, HeldContent, Whose } from './held.js';
import type { RequestSpan } from './span.js';

const heldColumns = `day::text, request_id as "requestUuid", account_id as "accountUuid", user_id as "userUuid",
  stored_at as "storedAt", raw_bytes as "rawBytes"`;

/** Gone for their author as soon as they have said so, though the rows may still be there. */
const notDeleted = `not exists (select from content_deletion deletion
  where deletion.user_id = content.user_id
    and content.request_id between deletion.first_request_id and deletion.last_request_id
    and (deletion.account_id is null or deletion.account_id = content.account_id))`;

type Row = Pick<Held, 'day' | 'storedAt' | 'rawBytes'> & {
  requestUuid: string;
  accountUuid: string;
  userUuid: string;
};

/** What is held, as authors and support find it. */
@Injectable()
export class HoldingsRepository {
  constructor(private readonly database: Database) {}

  async find(
    day: string,
    requestUuid: string,
    { userId, accountId }: Partial<Whose>,
  ): Promise<HeldContent | undefined> {
    const [row] = await this.database.query<Row & { sealed: Buffer }>(
      `select ${heldColumns}, sealed from content
       where day = $1 and request_id = $2 and ($3::uuid is null or user_id = $3)
         and ($4::uuid is null or account_id = $4) and ${notDeleted}`,
      [day, requestUuid, uuidOrNull('user', userId), uuidOrNull('account', accountId)],
    );
    return row && { ...heldOf(row), sealed: row.sealed };
  }

  /** Newest first, of requests before one. */
  async list(
    { userId, accountId }: Whose,
    { before, most, newestOver, among }: ListBounds,
  ): Promise<Held[]> {
    const rows = await this.database.query<Row>(
      `select ${heldColumns} from content
       where user_id = $1 and day > $2 and ($3::uuid is null or account_id = $3)
         and ($4::uuid is null or request_id < $4)
         and ($5::uuid[] is null or request_id = any($5))
         and ($6::uuid is null or request_id between $6 and $7) and ${notDeleted}
       order by request_id desc limit $8`,
      [
        uuidOf('user', userId),
        newestOver,
        uuidOrNull('account', accountId),
        before ?? null,
        among?.requestUuids ?? null,
        among?.span?.firstRequestUuid ?? null,
        among?.span?.lastRequestUuid ?? null,
        most,
      ],
    );
    return rows.map(heldOf);
  }

  /** The oldest day of which something of an author is shown, of the days after one. */
  async oldestDay(userId: string, newestOver: string): Promise<string | undefined> {
    const [row] = await this.database.query<{ day: string }>(
      `select day::text from content where user_id = $1 and day > $2 and ${notDeleted}
       order by request_id limit 1`,
      [uuidOf('user', userId), newestOver],
    );
    return row?.day;
  }

  /** From now on they are not shown, and kept away. Its id. */
  async addDeletion(
    tx: Tx,
    { userId, accountId }: Whose,
    span: RequestSpan,
    at: Date,
  ): Promise<string> {
    const [row] = await tx.query<{ id: string }>(
      `insert into content_deletion (user_id, account_id, first_request_id, last_request_id, deleted_at)
       values ($1, $2, $3, $4, $5) returning id`,
      [
        uuidOf('user', userId),
        uuidOrNull('account', accountId),
        span.firstRequestUuid,
        span.lastRequestUuid,
        at,
      ],
    );
    if (row === undefined) throw new Error('a deletion was not entered');
    return row.id;
  }

  async unfinishedDeletions(): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      'select id from content_deletion where not finished',
    );
    return rows.map(({ id }) => id);
  }

  /** Removes some of what a deletion is about; by day what was removed. Nothing once there is no more. */
  remove(tx: Tx, deletionId: string, most: number): Promise<DayCount[]> {
    return removal(
      tx,
      `content_deletion deletion
       join content on content.user_id = deletion.user_id
         and content.request_id between deletion.first_request_id and deletion.last_request_id
         and (deletion.account_id is null or deletion.account_id = content.account_id)
       where deletion.id = $1`,
      [deletionId, most],
    );
  }

  /** The same of everything of an author. */
  removeOf(tx: Tx, userId: string, most: number): Promise<DayCount[]> {
    return removal(tx, 'content where content.user_id = $1', [uuidOf('user', userId), most]);
  }

  async finishDeletion(deletionId: string): Promise<void> {
    await this.database.execute('update content_deletion set finished = true where id = $1', [
      deletionId,
    ]);
  }

  /** Deletions of requests whose days are all over. */
  async forgetDeletions(beforeRequestUuid: string): Promise<void> {
    await this.database.execute('delete from content_deletion where last_request_id < $1', [
      beforeRequestUuid,
    ]);
  }

  /** Of an author whose contents are gone and will not come again. */
  async forgetDeletionsOf(userId: string): Promise<void> {
    await this.database.execute('delete from content_deletion where user_id = $1', [
      uuidOf('user', userId),
    ]);
  }
}

/** `from`: which contents; the second parameter: how many at most. */
function removal(tx: Tx, from: string, parameters: unknown[]): Promise<DayCount[]> {
  return tx.query<DayCount>(
    `with gone as (select content.day, content.request_id from ${from} limit $2),
     removed as (
       delete from content using gone
       where content.day = gone.day and content.request_id = gone.request_id
       returning content.day, octet_length(content.sealed) as sealed_bytes, content.raw_bytes)
     select day::text, count(*)::int8 as contents, sum(sealed_bytes)::int8 as "sealedBytes",
       sum(raw_bytes)::int8 as "rawBytes"
     from removed group by day order by day`,
    parameters,
  );
}

/** Where a list begins and ends. */
export interface ListBounds {
  /** A request's UUID: those before it. */
  before?: string;
  most: number;
  /** The newest day that is over: nothing of it or before is shown. */
  newestOver: string;
  /** Only these requests, or only this span. */
  among?: { requestUuids?: string[]; span?: RequestSpan };
}

function heldOf({ requestUuid, accountUuid, userUuid, ...row }: Row): Held {
  return {
    day: row.day,
    storedAt: row.storedAt,
    rawBytes: row.rawBytes,
    requestId: idFromUuid('request', requestUuid),
    accountId: idFromUuid('account', accountUuid),
    userId: idFromUuid('user', userUuid),
  };
}

function uuidOrNull(kind: 'user' | 'account', id: string | undefined): string | null {
  return id === undefined ? null : uuidOf(kind, id);
}
