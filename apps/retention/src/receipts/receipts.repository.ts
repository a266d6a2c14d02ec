import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { Receipt } from './receipt.js';

/** Any fixed number: receipts are issued one after the other. */
const advisoryLock = 727_202;

const columns = `sequence, kind, subject, issued_at as "issuedAt", facts, previous_hash as "previousHash",
  hash, signing_key as "signingKey", signature`;

@Injectable()
export class ReceiptsRepository {
  constructor(private readonly database: Database) {}

  async find(
    kind: string,
    subject: string,
    within: Tx | Database = this.database,
  ): Promise<Receipt | undefined> {
    const [receipt] = await within.query<Receipt>(
      `select ${columns} from receipt where kind = $1 and subject = $2`,
      [kind, subject],
    );
    return receipt;
  }

  /** The newest; nobody else adds one before the transaction ends. */
  async lockHead(tx: Tx): Promise<Receipt | undefined> {
    await tx.query('select pg_advisory_xact_lock($1)', [advisoryLock]);
    const [head] = await tx.query<Receipt>(
      `select ${columns} from receipt order by sequence desc limit 1`,
    );
    return head;
  }

  async insert(tx: Tx, receipt: Receipt): Promise<void> {
    await tx.execute(
      `insert into receipt (sequence, kind, subject, issued_at, facts, previous_hash, hash, signing_key, signature)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        receipt.sequence,
        receipt.kind,
        receipt.subject,
        receipt.issuedAt,
        receipt.facts,
        receipt.previousHash,
        receipt.hash,
        receipt.signingKey,
        receipt.signature,
      ],
    );
  }

  ofKind(kind: string): Promise<Pick<Receipt, 'subject' | 'facts'>[]> {
    return this.database.query('select subject, facts from receipt where kind = $1', [kind]);
  }

  async subjects(kind: string): Promise<Set<string>> {
    const rows = await this.database.query<{ subject: string }>(
      'select subject from receipt where kind = $1',
      [kind],
    );
    return new Set(rows.map(({ subject }) => subject));
  }

  /** Oldest first. */
  after(sequence: bigint, most: number): Promise<Receipt[]> {
    return this.database.query<Receipt>(
      `select ${columns} from receipt where sequence > $1 order by sequence limit $2`,
      [sequence, most],
    );
  }
}
