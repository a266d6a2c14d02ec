import type { AuditAct, Actor } from '@modelbridge/contracts/audit';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { Entry, EntryPage, Head, ReportedAct } from './entry.js';

interface EntryRow {
  log: string;
  sequence: bigint;
  recorded_at: Date;
  source: string;
  idempotency_key: string | null;
  actor_kind: Actor['kind'];
  actor_id: string;
  act: AuditAct;
  object_ids: string[];
  details: Record<string, string>;
  reason: string;
  previous_hash: Buffer;
  hash: Buffer;
}

const pageOfCheck = 1_000;

@Injectable()
export class AuditRepository {
  constructor(private readonly database: Database) {}

  /** The head of a log, which nobody else appends to before the transaction ends. */
  async lock(tx: Tx, log: string): Promise<Head> {
    await tx.execute('insert into audit_log (log) values ($1) on conflict do nothing', [log]);
    const [head] = await tx.query<Head>(
      'select log, entries, hash from audit_log where log = $1 for update',
      [log],
    );
    if (head === undefined) throw new Error(`the audit log ${log} has no head`);
    return head;
  }

  async isKnown(tx: Tx, log: string, { source, idempotencyKey }: ReportedAct): Promise<boolean> {
    if (idempotencyKey === null) return false;
    const found = await tx.query(
      'select from audit_entry where log = $1 and source = $2 and idempotency_key = $3',
      [log, source, idempotencyKey],
    );
    return found.length > 0;
  }

  async append(tx: Tx, entry: Entry): Promise<void> {
    await tx.execute(
      `insert into audit_entry (log, sequence, recorded_at, source, idempotency_key, actor_kind, actor_id, act,
         object_ids, details, reason, previous_hash, hash)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
      [
        entry.log,
        entry.sequence,
        entry.recordedAt,
        entry.source,
        entry.idempotencyKey,
        entry.actor.kind,
        entry.actor.id,
        entry.act,
        entry.objectIds,
        entry.details,
        entry.reason,
        entry.previousHash,
        entry.hash,
      ],
    );
    await tx.execute('update audit_log set entries = $2, hash = $3 where log = $1', [
      entry.log,
      entry.sequence,
      entry.hash,
    ]);
  }

  /** Newest first; at most one more than the page holds, to tell whether another follows. */
  async list({ log, limit, cursor }: EntryPage): Promise<Entry[]> {
    const rows = await this.database.query<EntryRow>(
      `select * from audit_entry where log = $1 and ($2::bigint is null or sequence < $2)
       order by sequence desc limit $3`,
      [log, cursor ?? null, limit + 1],
    );
    return rows.map(entryOf);
  }

  heads(tx: Tx): Promise<Head[]> {
    return tx.query<Head>('select log, entries, hash from audit_log');
  }

  /** Every entry, each log in order. */
  async *all(tx: Tx): AsyncGenerator<Entry> {
    let after = { log: '', sequence: 0n };
    for (;;) {
      const rows = await tx.query<EntryRow>(
        `select * from audit_entry where (log, sequence) > ($1, $2)
         order by log, sequence limit ${pageOfCheck}`,
        [after.log, after.sequence],
      );
      for (const row of rows) yield entryOf(row);
      const last = rows.at(-1);
      if (last === undefined) return;
      after = last;
    }
  }
}

function entryOf(row: EntryRow): Entry {
  return {
    log: row.log,
    sequence: row.sequence,
    recordedAt: row.recorded_at,
    source: row.source,
    idempotencyKey: row.idempotency_key,
    actor: { kind: row.actor_kind, id: row.actor_id },
    act: row.act,
    objectIds: row.object_ids,
    details: row.details,
    reason: row.reason,
    previousHash: row.previous_hash,
    hash: row.hash,
  };
}
