import { randomUUID } from 'node:crypto';
import { idFromUuid, uuidOf } from '@modelbridge/contracts';
import type { DueMail, MailQueue } from '@modelbridge/mail';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { erasureBounds } from './bounds.js';
import { personHash } from './erasure.js';

export type MailKind = 'code' | 'confirmed' | 'done';

export interface ErasureMail extends DueMail {
  id: string;
  erasureId: string;
  kind: MailKind;
  address: string;
  code?: string;
}

interface MailRow {
  id: string;
  erasure_id: string;
  kind: MailKind;
  address: string;
  code: string | null;
  created_at: Date;
}

@Injectable()
export class ErasureMailsRepository implements MailQueue<ErasureMail> {
  constructor(private readonly database: Database) {}

  async add(
    tx: Tx,
    { erasureId, kind, address, code }: Omit<ErasureMail, 'id' | 'name' | 'createdAt'>,
  ): Promise<void> {
    await tx.execute(
      'insert into erasure_mail (id, erasure_id, kind, address, code) values ($1, $2, $3, $4, $5)',
      [randomUUID(), uuidOf('erasure', erasureId), kind, address, code ?? null],
    );
  }

  async claimDue(limit: number, claimMs: number): Promise<ErasureMail[]> {
    const rows = await this.database.query<MailRow>(
      `update erasure_mail set due_at = now() + $2 * interval '1 millisecond'
       where id in (
         select id from erasure_mail where due_at <= now()
         order by due_at limit $1 for update skip locked)
       returning id, erasure_id, kind, address, code, created_at`,
      [limit, claimMs],
    );
    return rows.map((row) => ({
      id: row.id,
      name: row.id,
      erasureId: idFromUuid('erasure', row.erasure_id),
      kind: row.kind,
      address: row.address,
      code: row.code ?? undefined,
      createdAt: row.created_at,
    }));
  }

  /** Its address goes with it, however it ended. */
  async end({ id }: ErasureMail): Promise<void> {
    await this.database.execute('delete from erasure_mail where id = $1', [id]);
  }

  async fail(
    { id }: ErasureMail,
    _error: string,
    { retryMs, retryMostMs }: { retryMs: number; retryMostMs: number },
  ): Promise<void> {
    await this.database.execute(
      `update erasure_mail set attempts = attempts + 1,
         due_at = now() + least($2 * power(2, least(attempts, 30)), $3) * interval '1 millisecond'
       where id = $1`,
      [id, retryMs, retryMostMs],
    );
  }

  /** Notes that a code is mailed; how many were within a day before, of all erasures of the person. */
  async noteCode(tx: Tx, erasureId: string, userId: string, now: Date): Promise<number> {
    const since = new Date(now.getTime() - erasureBounds.codesWithinMs);
    const [row] = await tx.query<{ codes: number }>(
      `select count(*)::int as codes from erasure, unnest(code_times) as sent (at)
       where person_hash = $1 and at > $2`,
      [personHash(userId), since],
    );
    await tx.execute(
      `update erasure set code_times = array(select at from unnest(code_times) as sent (at) where at > $2) || $3::timestamptz
       where id = $1`,
      [uuidOf('erasure', erasureId), since, now],
    );
    return row?.codes ?? 0;
  }

  /** Codes that were mailed to the address of a person and are not sent yet are worth nothing any more. */
  async removeCodes(tx: Tx, erasureId: string): Promise<void> {
    await tx.execute(`delete from erasure_mail where erasure_id = $1 and kind = 'code'`, [
      uuidOf('erasure', erasureId),
    ]);
  }
}
