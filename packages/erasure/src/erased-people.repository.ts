import { idFromUuid, uuidOf } from '@modelbridge/contracts';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { erasureBounds } from './bounds.js';
import { nobody, personHash, type ErasedPerson, type Pseudonym } from './erased-person.js';

export type Counts = Record<string, number>;

export type NewErasure = Omit<ErasedPerson, 'pseudonym'> & { pseudonym?: Pseudonym };

interface PersonRow {
  erasure_id: string;
  user_id: string;
  account_id: string;
  pseudonym_user_id: string | null;
  pseudonym_key_id: string | null;
}

@Injectable()
export class ErasedPeopleRepository {
  constructor(private readonly database: Database) {}

  /** Notes a person; the one that is there stays. */
  async add(tx: Tx, { erasureId, userId, accountId, pseudonym }: NewErasure): Promise<void> {
    await tx.execute(
      `insert into erased_person
         (erasure_id, person_hash, user_id, account_id, pseudonym_user_id, pseudonym_key_id)
       values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
      [
        uuidOf('erasure', erasureId),
        personHash(userId),
        uuidOf('user', userId),
        uuidOf('account', accountId),
        pseudonym === undefined ? null : uuidOf('user', pseudonym.userId),
        pseudonym === undefined ? null : uuidOf('key', pseudonym.keyId),
      ],
    );
  }

  /** The counts of an erasure that is finished. */
  async finished(tx: Tx, erasureId: string): Promise<Counts | undefined> {
    const [row] = await tx.query<{ counts: Counts }>(
      'select counts from erased_person where erasure_id = $1 and finished_at is not null',
      [uuidOf('erasure', erasureId)],
    );
    return row?.counts;
  }

  async claimDue(): Promise<ErasedPerson[]> {
    const rows = await this.database.query<PersonRow>(
      `update erased_person set attempts = attempts + 1,
         due_at = clock_timestamp() + $2 * interval '1 millisecond'
       where erasure_id in (
         select erasure_id from erased_person where finished_at is null and due_at <= now()
         order by due_at limit $1 for update skip locked)
       returning erasure_id, user_id, account_id, pseudonym_user_id, pseudonym_key_id`,
      [erasureBounds.atOnce, erasureBounds.takenMs],
    );
    return rows.map(personOf);
  }

  async retry(erasureId: string): Promise<void> {
    await this.database.execute(
      `update erased_person set due_at = clock_timestamp()
         + least($2 * power(2, least(attempts, 20)), $3) * interval '1 millisecond'
       where erasure_id = $1 and finished_at is null`,
      [uuidOf('erasure', erasureId), erasureBounds.retryMs, erasureBounds.retryMostMs],
    );
  }

  /** Adds to what is counted of an erasure. */
  async count(tx: Tx, erasureId: string, counts: Counts): Promise<void> {
    await tx.execute(
      `update erased_person set counts = counts || (
         select coalesce(jsonb_object_agg(kind, n::int8 + coalesce((counts ->> kind)::int8, 0)), '{}')
         from jsonb_each_text($2::jsonb) as more (kind, n))
       where erasure_id = $1`,
      [uuidOf('erasure', erasureId), JSON.stringify(counts)],
    );
  }

  /** Ends an erasure and lets go of whom it was about; undefined where it had ended. */
  async finish(tx: Tx, erasureId: string): Promise<Counts | undefined> {
    const [row] = await tx.query<{ counts: Counts }>(
      `update erased_person set finished_at = now(), user_id = null, account_id = null
       where erasure_id = $1 and finished_at is null returning counts`,
      [uuidOf('erasure', erasureId)],
    );
    return row?.counts;
  }

  /** Resolves when every transaction that shares writing has ended; those that come after see who is noted. */
  async awaitWriting(): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.query(`select pg_advisory_xact_lock('erased_person'::regclass::oid::int, 0)`);
    });
  }

  /** Who stands in for those of these people who are erased or being so. */
  pseudonyms(tx: Tx, userIds: readonly string[]): Promise<Map<string, Pseudonym>> {
    return among(
      userIds,
      tx,
      `select person_hash, pseudonym_user_id, pseudonym_key_id
       from erased_person where person_hash = any($1::bytea[])`,
    );
  }

  /** The same; and until the transaction ends, nobody begins to erase a person of whom it could not know. */
  standIns(tx: Tx, userIds: readonly string[]): Promise<Map<string, Pseudonym>> {
    return among(userIds, tx, 'select * from erased_person_stand_ins($1::bytea[])');
  }

  /** From then on nothing leads from a person to who stands in for them. */
  forgetPseudonyms(): Promise<number> {
    return this.database.execute(
      `update erased_person set pseudonym_user_id = null, pseudonym_key_id = null
       where pseudonym_user_id is not null
         and finished_at < now() - $1 * interval '1 millisecond'`,
      [erasureBounds.pseudonymKeptMs],
    );
  }

  /** How many are not finished, and for how long the oldest has not been. */
  async waiting(): Promise<{ people: number; oldestSeconds: number }> {
    const [row] = await this.database.query<{ people: number; oldest: number }>(
      `select count(*)::int as people,
         coalesce(extract(epoch from now() - min(heard_at)), 0)::float8 as oldest
       from erased_person where finished_at is null`,
    );
    return { people: row?.people ?? 0, oldestSeconds: row?.oldest ?? 0 };
  }
}

interface StandInRow {
  person_hash: Buffer;
  pseudonym_user_id: string | null;
  pseudonym_key_id: string | null;
}

async function among(
  userIds: readonly string[],
  tx: Tx,
  sql: string,
): Promise<Map<string, Pseudonym>> {
  const byHash = new Map(userIds.map((userId) => [personHash(userId).toString('hex'), userId]));
  const rows = await tx.query<StandInRow>(sql, [[...byHash.keys()].map((hash) => `\\x${hash}`)]);
  return new Map(
    rows.map((row) => [byHash.get(row.person_hash.toString('hex')) ?? '', pseudonymOf(row)]),
  );
}

function pseudonymOf(row: Pick<PersonRow, 'pseudonym_user_id' | 'pseudonym_key_id'>): Pseudonym {
  if (row.pseudonym_user_id === null || row.pseudonym_key_id === null) return nobody;
  return {
    userId: idFromUuid('user', row.pseudonym_user_id),
    keyId: idFromUuid('key', row.pseudonym_key_id),
  };
}

function personOf(row: PersonRow): ErasedPerson {
  return {
    erasureId: idFromUuid('erasure', row.erasure_id),
    userId: idFromUuid('user', row.user_id),
    accountId: idFromUuid('account', row.account_id),
    pseudonym: pseudonymOf(row),
  };
}
