import { idFromUuid, uuidOf } from '@modelbridge/contracts';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { Effect, PrivacyRequest, RequestState, Outcome } from './privacy-request.js';

type Nullable<T, K extends keyof T> = Omit<T, K> & { [Name in K]: NonNullable<T[Name]> | null };
type Row = Nullable<PrivacyRequest, 'userId' | 'purpose' | 'outcome' | 'closedAt' | 'effect'>;

const columns = `id as "requestId", user_id as "userId", kind, purpose, channel, state, outcome,
  received_at as "receivedAt", due_at as "dueAt", closed_at as "closedAt", effect`;

@Injectable()
export class RightsRepository {
  constructor(private readonly database: Database) {}

  /** Undefined where the reference is that of another request, which stays as it is. */
  async insert(
    tx: Tx,
    request: Omit<PrivacyRequest, 'dueAt' | 'closedAt' | 'outcome'>,
    { reference, verifiedBy }: { reference?: string; verifiedBy?: string },
  ): Promise<PrivacyRequest | undefined> {
    const rows = await tx.query<Row>(
      `insert into privacy_request
         (id, user_id, kind, purpose, channel, reference, state, received_at, due_at, verified_by, effect)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $8::timestamptz + interval '30 days', $9, $10)
       on conflict (reference) do nothing returning ${columns}`,
      [
        uuidOf('privacyRequest', request.requestId),
        request.userId === undefined ? null : uuidOf('user', request.userId),
        request.kind,
        request.purpose ?? null,
        request.channel,
        reference ?? null,
        request.state,
        request.receivedAt,
        verifiedBy ?? null,
        request.effect ?? null,
      ],
    );
    return firstOf(rows);
  }

  async byReference(tx: Tx, reference: string): Promise<PrivacyRequest | undefined> {
    const sql = `select ${columns} from privacy_request where reference = $1`;
    return firstOf(await tx.query<Row>(sql, [reference]));
  }

  async find(requestId: string): Promise<PrivacyRequest | undefined> {
    const sql = `select ${columns} from privacy_request where id = $1`;
    const id = uuidOf('privacyRequest', requestId);
    return firstOf(await this.database.query<Row>(sql, [id]));
  }

  async lock(tx: Tx, requestId: string): Promise<PrivacyRequest | undefined> {
    const sql = `select ${columns} from privacy_request where id = $1 for update`;
    return firstOf(await tx.query<Row>(sql, [uuidOf('privacyRequest', requestId)]));
  }

  async countOpen(tx: Tx, userId: string): Promise<number> {
    const [row] = await tx.query<{ open: number }>(
      `select count(*)::int4 as open from privacy_request where user_id = $1 and state <> 'closed'`,
      [uuidOf('user', userId)],
    );
    return row?.open ?? 0;
  }

  async update(
    tx: Tx,
    requestId: string,
    change: {
      state: RequestState;
      outcome?: Outcome;
      closedAt?: Date;
      effect?: Effect;
      userId?: string;
      verifiedBy?: string;
    },
  ): Promise<void> {
    await tx.execute(
      `update privacy_request set state = $2, outcome = coalesce($3, outcome), closed_at = coalesce($4, closed_at),
         effect = $5, user_id = coalesce($6, user_id), verified_by = coalesce($7, verified_by)
       where id = $1`,
      [
        uuidOf('privacyRequest', requestId),
        change.state,
        change.outcome ?? null,
        change.closedAt ?? null,
        change.effect ?? null,
        change.userId === undefined ? null : uuidOf('user', change.userId),
        change.verifiedBy ?? null,
      ],
    );
  }

  /** All of a person; how many there were. */
  removeOf(tx: Tx, userId: string): Promise<number> {
    return tx.execute('delete from privacy_request where user_id = $1', [uuidOf('user', userId)]);
  }

  /** Newest first. */
  async ofPerson(userId: string, most: number): Promise<PrivacyRequest[]> {
    const rows = await this.database.query<Row>(
      `select ${columns} from privacy_request where user_id = $1 order by id desc limit $2`,
      [uuidOf('user', userId), most],
    );
    return rows.map(requestOf);
  }

  /** The first that is due first. */
  async open(most: number): Promise<PrivacyRequest[]> {
    const rows = await this.database.query<Row>(
      `select ${columns} from privacy_request where state <> 'closed' order by due_at, id limit $1`,
      [most],
    );
    return rows.map(requestOf);
  }

  async withEffect(most: number): Promise<PrivacyRequest[]> {
    const rows = await this.database.query<Row>(
      `select ${columns} from privacy_request where effect is not null order by id limit $1`,
      [most],
    );
    return rows.map(requestOf);
  }

  /** Whether another request keeps a person's data restricted. */
  async isRestrictedBesides(tx: Tx, userId: string, requestId: string): Promise<boolean> {
    const rows = await tx.query<object>(
      `select from privacy_request where user_id = $1 and id <> $2 and kind in ('restriction', 'minor')
         and state in ('open', 'in_effect') limit 1`,
      [uuidOf('user', userId), uuidOf('privacyRequest', requestId)],
    );
    return rows.length > 0;
  }
}

function firstOf([row]: Row[]): PrivacyRequest | undefined {
  return row && requestOf(row);
}

function requestOf(row: Row): PrivacyRequest {
  return {
    ...row,
    requestId: idFromUuid('privacyRequest', row.requestId),
    userId: row.userId === null ? undefined : idFromUuid('user', row.userId),
    purpose: row.purpose ?? undefined,
    outcome: row.outcome ?? undefined,
    closedAt: row.closedAt ?? undefined,
    effect: row.effect ?? undefined,
  };
}
