import { idFromUuid, uuidOf } from '@modelbridge/contracts';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { legalHoldBounds } from './bounds.js';
import type { HoldState, LegalHold } from './legal-hold.js';

const select = `select id, user_id as "userUuid", first_request_id as "firstRequestUuid",
  last_request_id as "lastRequestUuid", ends_at as "endsAt", state, proposed_by as "proposedBy",
  confirmed_by as "confirmedBy", created_at as "createdAt", ended_at as "endedAt",
  (select count(*) from held_content where hold_id = legal_hold.id)::int8 as held
  from legal_hold`;

interface Row {
  id: string;
  userUuid: string;
  firstRequestUuid: string;
  lastRequestUuid: string;
  endsAt: Date;
  state: HoldState;
  proposedBy: string;
  confirmedBy: string | null;
  createdAt: Date;
  endedAt: Date | null;
  held: bigint;
}

export interface HeldUnderHold {
  requestId: string;
  accountId: string;
  userId: string;
  sealed: Buffer;
}

@Injectable()
export class LegalHoldsRepository {
  constructor(private readonly database: Database) {}

  async insert(tx: Tx, hold: Omit<LegalHold, 'held'>): Promise<void> {
    await tx.execute(
      `insert into legal_hold (id, user_id, first_request_id, last_request_id, ends_at, state, proposed_by, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        uuidOf('legalHold', hold.holdId),
        uuidOf('user', hold.userId),
        hold.span.firstRequestUuid,
        hold.span.lastRequestUuid,
        hold.endsAt,
        hold.state,
        hold.proposedBy,
        hold.createdAt,
      ],
    );
  }

  async find(
    holdId: string,
    within: Tx | Database = this.database,
  ): Promise<LegalHold | undefined> {
    const [row] = await within.query<Row>(`${select} where id = $1`, [uuidOf('legalHold', holdId)]);
    return row && holdOf(row);
  }

  /** Newest first. */
  async list(): Promise<LegalHold[]> {
    const rows = await this.database.query<Row>(`${select} order by id desc limit $1`, [
      legalHoldBounds.listed,
    ]);
    return rows.map(holdOf);
  }

  /** Those that keep, and those whose end was begun. */
  async unfinished(): Promise<LegalHold[]> {
    const rows = await this.database.query<Row>(
      `${select} where state in ('active', 'ending') order by id`,
    );
    return rows.map(holdOf);
  }

  /** False where it is not in the state that it must come from. */
  async move(
    tx: Tx,
    holdId: string,
    from: readonly HoldState[],
    to: HoldState,
    by: { confirmedBy?: string; endedAt?: Date } = {},
  ): Promise<boolean> {
    const moved = await tx.execute(
      `update legal_hold set state = $3, confirmed_by = coalesce($4, confirmed_by),
         ended_at = coalesce($5, ended_at)
       where id = $1 and state = any($2)`,
      [uuidOf('legalHold', holdId), from, to, by.confirmedBy ?? null, by.endedAt ?? null],
    );
    return moved > 0;
  }

  /** Of these requests those that a hold has not kept yet. */
  async missing(holdId: string, requestIds: readonly string[]): Promise<string[]> {
    const rows = await this.database.query<{ request: string }>(
      `select sent.request::text from unnest($2::uuid[]) as sent (request)
       where not exists (select from held_content where hold_id = $1 and request_id = sent.request)`,
      [uuidOf('legalHold', holdId), requestIds.map((id) => uuidOf('request', id))],
    );
    return rows.map(({ request }) => idFromUuid('request', request));
  }

  /** Nothing where the hold does not keep any more. */
  async keep(holdId: string, content: HeldUnderHold): Promise<void> {
    await this.database.execute(
      `insert into held_content (hold_id, request_id, account_id, user_id, sealed)
       select id, $2, $3, $4, $5 from legal_hold where id = $1 and state = 'active'
       on conflict do nothing`,
      [
        uuidOf('legalHold', holdId),
        uuidOf('request', content.requestId),
        uuidOf('account', content.accountId),
        uuidOf('user', content.userId),
        content.sealed,
      ],
    );
  }

  /** How many were removed. */
  async remove(holdId: string, most: number): Promise<number> {
    return this.database.execute(
      `delete from held_content where hold_id = $1 and request_id in (
         select request_id from held_content where hold_id = $1 limit $2)`,
      [uuidOf('legalHold', holdId), most],
    );
  }
}

function holdOf({ confirmedBy, endedAt, ...row }: Row): LegalHold {
  return {
    holdId: idFromUuid('legalHold', row.id),
    userId: idFromUuid('user', row.userUuid),
    span: { firstRequestUuid: row.firstRequestUuid, lastRequestUuid: row.lastRequestUuid },
    endsAt: row.endsAt,
    state: row.state,
    proposedBy: row.proposedBy,
    createdAt: row.createdAt,
    held: row.held,
    ...(confirmedBy !== null && { confirmedBy }),
    ...(endedAt !== null && { endedAt }),
  };
}
