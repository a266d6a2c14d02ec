import { idFromUuid, newId, uuidOf } from '@modelbridge/contracts';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { erasureBounds } from './bounds.js';
import {
  personHash,
  type Cause,
  type Counts,
  type ErasedPart,
  type Erasure,
  type ErasurePage,
} from './erasure.js';

interface ErasureRow {
  id: string;
  user_id: string | null;
  account_id: string | null;
  cause: Cause;
  state: Erasure['state'];
  email: string | null;
  code: string | null;
  code_expires_at: Date | null;
  code_tries: number;
  is_held: boolean;
  own_counts: Counts | null;
  pseudonym_user_id: string | null;
  pseudonym_key_id: string | null;
  requested_at: Date;
  confirmed_at: Date | null;
  executes_at: Date | null;
  began_at: Date | null;
  done_at: Date | null;
  parts: { part: string; counts: Counts; completed_at: string }[];
}

const columns = `e.*, coalesce((
  select jsonb_agg(jsonb_build_object('part', p.part, 'counts', p.counts, 'completed_at', p.completed_at)
    order by p.completed_at)
  from erasure_part p where p.erasure_id = e.id), '[]') as parts`;
const isOpen = `state in ('requested', 'confirmed', 'erasing', 'releasing')`;

/** What may change of one. */
export type ErasureChanges = Partial<
  Pick<
    Erasure,
    | 'state'
    | 'cause'
    | 'email'
    | 'code'
    | 'codeExpiresAt'
    | 'codeTries'
    | 'isHeld'
    | 'ownCounts'
    | 'confirmedAt'
    | 'executesAt'
    | 'beganAt'
  >
>;

const changeable: Record<keyof ErasureChanges, string> = {
  state: 'state',
  cause: 'cause',
  email: 'email',
  code: 'code',
  codeExpiresAt: 'code_expires_at',
  codeTries: 'code_tries',
  isHeld: 'is_held',
  ownCounts: 'own_counts',
  confirmedAt: 'confirmed_at',
  executesAt: 'executes_at',
  beganAt: 'began_at',
};

@Injectable()
export class ErasuresRepository {
  constructor(private readonly database: Database) {}

  /** One of a person at a time: waits for whoever changes theirs. */
  async lockPerson(tx: Tx, userId: string): Promise<void> {
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [userId]);
  }

  async add(
    tx: Tx,
    { userId, accountId }: { userId: string; accountId: string },
    { cause, now, ...rest }: { cause: Cause; now: Date; state: Erasure['state']; beganAt?: Date },
  ): Promise<string> {
    const erasureId = newId('erasure');
    await tx.execute(
      `insert into erasure (id, person_hash, user_id, account_id, cause, state, requested_at, began_at, due_at,
         pseudonym_user_id, pseudonym_key_id)
       values ($1, $2, $3, $4, $5, $6, $7, $8, now(), $9, $10)`,
      [
        uuidOf('erasure', erasureId),
        personHash(userId),
        uuidOf('user', userId),
        uuidOf('account', accountId),
        cause,
        rest.state,
        now,
        rest.beganAt ?? null,
        uuidOf('user', newId('user')),
        uuidOf('key', newId('key')),
      ],
    );
    return erasureId;
  }

  /** For nobody else to change until the transaction ends. */
  async lock(tx: Tx, erasureId: string): Promise<Erasure | undefined> {
    const [row] = await tx.query<ErasureRow>(
      `select ${columns} from erasure e where id = $1 for update`,
      [uuidOf('erasure', erasureId)],
    );
    return row && erasureOf(row);
  }

  /** The newest of a person, done or not. */
  async newestOf(
    userId: string,
    within: Tx | Database = this.database,
  ): Promise<Erasure | undefined> {
    const [row] = await within.query<ErasureRow>(
      `select ${columns} from erasure e where person_hash = $1 order by id desc limit 1`,
      [personHash(userId)],
    );
    return row && erasureOf(row);
  }

  /** All of a person, newest first. */
  async allOf(userId: string): Promise<Erasure[]> {
    const rows = await this.database.query<ErasureRow>(
      `select ${columns} from erasure e where person_hash = $1 order by id desc`,
      [personHash(userId)],
    );
    return rows.map(erasureOf);
  }

  async find(erasureId: string): Promise<Erasure | undefined> {
    const [row] = await this.database.query<ErasureRow>(
      `select ${columns} from erasure e where id = $1`,
      [uuidOf('erasure', erasureId)],
    );
    return row && erasureOf(row);
  }

  /** Newest first; at most one more than the page holds. */
  async list({ openOnly, limit, cursor }: ErasurePage): Promise<Erasure[]> {
    const rows = await this.database.query<ErasureRow>(
      `select ${columns} from erasure e
       where ($1::uuid is null or id < $1) and (not $2 or ${isOpen}) order by id desc limit $3`,
      [cursor === '' ? null : uuidOf('erasure', cursor), openOnly, limit + 1],
    );
    return rows.map(erasureOf);
  }

  /** Due again at once, unless told otherwise. */
  async change(tx: Tx, erasureId: string, changes: ErasureChanges): Promise<void> {
    const given: unknown[] = [uuidOf('erasure', erasureId)];
    const sets = Object.entries(changes).map(([field, value]) => {
      const json = field === 'ownCounts' ? JSON.stringify(value) : value;
      return `${changeable[field as keyof ErasureChanges]} = $${given.push(json ?? null)}`;
    });
    await tx.execute(
      `update erasure set ${[...sets, 'due_at = now()', 'attempts = 0'].join(', ')} where id = $1`,
      given,
    );
  }

  async setReceipt(tx: Tx, erasureId: string, receipt: string): Promise<void> {
    await tx.execute('update erasure set receipt = $2 where id = $1', [
      uuidOf('erasure', erasureId),
      receipt,
    ]);
  }

  /** As it was written; empty until it is done. */
  async receipt(erasureId: string): Promise<string> {
    const [row] = await this.database.query<{ receipt: string | null }>(
      'select receipt from erasure where id = $1',
      [uuidOf('erasure', erasureId)],
    );
    return row?.receipt ?? '';
  }

  /** Lets go of whom it was about. */
  async finish(tx: Tx, erasureId: string, now: Date): Promise<void> {
    await tx.execute(
      `update erasure set state = 'done', done_at = $2, user_id = null, account_id = null, email = null,
         code = null, code_times = '{}', pseudonym_user_id = null, pseudonym_key_id = null
       where id = $1`,
      [uuidOf('erasure', erasureId), now],
    );
  }

  /** The first answer of a service stands. */
  async addPart(
    tx: Tx,
    erasureId: string,
    { part, counts, completedAt }: ErasedPart,
  ): Promise<void> {
    await tx.execute(
      `insert into erasure_part (erasure_id, part, counts, completed_at) values ($1, $2, $3, $4)
       on conflict do nothing`,
      [uuidOf('erasure', erasureId), part, JSON.stringify(counts), completedAt],
    );
  }

  /** What has a next step now; others do not get them for a while. */
  async claimDue(now: Date): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `update erasure set attempts = attempts + 1, due_at = clock_timestamp() + $2 * interval '1 millisecond'
       where id in (
         select id from erasure
         where due_at <= clock_timestamp() and (
           (state = 'confirmed' and (not is_held or executes_at <= $3))
           or (state = 'cancelled' and is_held)
           or (state = 'erasing' and own_counts is null) or (state = 'erasing' and began_at is null))
         order by due_at limit $1 for update skip locked)
       returning id`,
      [erasureBounds.atOnce, erasureBounds.takenMs, now],
    );
    return rows.map(({ id }) => idFromUuid('erasure', id));
  }

  async retry(erasureId: string): Promise<void> {
    await this.database.execute(
      `update erasure set due_at = clock_timestamp()
         + least($2 * power(2, least(attempts, 20)), $3) * interval '1 millisecond'
       where id = $1`,
      [uuidOf('erasure', erasureId), erasureBounds.retryMs, erasureBounds.retryMostMs],
    );
  }

  /** Of a person who is erased: what came of requests before this one. */
  async removeOthers(tx: Tx, erasureId: string, userId: string): Promise<number> {
    const others = `select id from erasure where person_hash = $1 and id <> $2 and state <> 'done'`;
    const given = [personHash(userId), uuidOf('erasure', erasureId)];
    await tx.execute(`delete from erasure_mail where erasure_id in (${others})`, given);
    return tx.execute(`delete from erasure where id in (${others})`, given);
  }

  /** Cancelled, and never confirmed. */
  async removeEnded(before: Date): Promise<void> {
    await this.database.execute(
      `with gone as (
         select id from erasure where requested_at < $1
           and (state = 'requested' or (state = 'cancelled' and not is_held))),
       mails as (delete from erasure_mail where erasure_id in (select id from gone))
       delete from erasure where id in (select id from gone)`,
      [before],
    );
  }
}

function erasureOf(row: ErasureRow): Erasure {
  const { user_id, account_id, pseudonym_user_id, pseudonym_key_id } = row;
  return {
    erasureId: idFromUuid('erasure', row.id),
    state: row.state,
    cause: row.cause,
    ...(user_id !== null &&
      account_id !== null && {
        person: {
          userId: idFromUuid('user', user_id),
          accountId: idFromUuid('account', account_id),
        },
      }),
    ...(pseudonym_user_id !== null &&
      pseudonym_key_id !== null && {
        pseudonym: {
          userId: idFromUuid('user', pseudonym_user_id),
          keyId: idFromUuid('key', pseudonym_key_id),
        },
      }),
    email: row.email ?? undefined,
    code: row.code ?? undefined,
    codeExpiresAt: row.code_expires_at ?? undefined,
    codeTries: row.code_tries,
    isHeld: row.is_held,
    ownCounts: row.own_counts ?? undefined,
    requestedAt: row.requested_at,
    confirmedAt: row.confirmed_at ?? undefined,
    executesAt: row.executes_at ?? undefined,
    beganAt: row.began_at ?? undefined,
    doneAt: row.done_at ?? undefined,
    parts: row.parts.map(({ part, counts, completed_at }) => ({
      part,
      counts,
      completedAt: new Date(completed_at),
    })),
  };
}
