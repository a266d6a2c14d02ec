import { randomUUID } from 'node:crypto';
import { idFromUuid, uuidOf } from '@modelbridge/contracts';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { writeBounds, type Claim, type HeldWrite, type Try } from './write.js';

const kept = `interval '${writeBounds.keptHours} hours'`;
const taken = `now() + interval '${writeBounds.takenSeconds} seconds'`;

@Injectable()
export class WritesRepository {
  constructor(private readonly database: Database) {}

  /** Undefined where another has the header, or has had it. A try that gave no answer in time is taken over. */
  async claim(claim: Claim): Promise<Try | undefined> {
    const [row] = await this.database.query<{ write_id: string; attempt: number }>(
      `insert into management_write as held
         (key_id, idempotency_key_hash, request_hmac, request_id, write_id, taken_until)
       values ($1, $2, $3, $4, $5, ${taken})
       on conflict (key_id, idempotency_key_hash) do update
         set attempt = held.attempt + 1, request_id = excluded.request_id,
             taken_until = excluded.taken_until
         where held.answer is null and held.taken_until <= now()
           and held.request_hmac = excluded.request_hmac
       returning write_id, attempt`,
      [
        ...referenceOf(claim),
        Buffer.from(claim.requestHmac),
        uuidOf('request', claim.requestId),
        randomUUID(),
      ],
    );
    return row && { writeId: row.write_id, attempt: row.attempt };
  }

  async find(claim: Claim): Promise<HeldWrite | undefined> {
    const [row] = await this.database.query<{
      request_hmac: Buffer;
      request_id: string;
      answer: string | null;
    }>(
      `select request_hmac, request_id, answer from management_write
       where key_id = $1 and idempotency_key_hash = $2`,
      referenceOf(claim),
    );
    return (
      row && {
        requestHmac: row.request_hmac,
        requestId: idFromUuid('request', row.request_id),
        answer: row.answer,
      }
    );
  }

  async removeOf(tx: Tx, keyIds: readonly string[]): Promise<void> {
    await tx.execute('delete from management_write where key_id = any($1)', [
      keyIds.map((keyId) => uuidOf('key', keyId)),
    ]);
  }

  async complete({ writeId, attempt }: Try, answer: string): Promise<void> {
    await this.database.execute(
      `update management_write set answer = $3
       where write_id = $1 and attempt = $2 and answer is null`,
      [writeId, attempt, answer],
    );
  }

  /** The next request with the header may be another. */
  async remove({ writeId, attempt }: Try): Promise<void> {
    await this.database.execute(
      'delete from management_write where write_id = $1 and attempt = $2 and answer is null',
      [writeId, attempt],
    );
  }

  /** The next repetition tries again, at once. */
  async leave({ writeId, attempt }: Try): Promise<void> {
    await this.database.execute(
      `update management_write set taken_until = now()
       where write_id = $1 and attempt = $2 and answer is null`,
      [writeId, attempt],
    );
  }

  async removeOldOf(claim: Claim): Promise<void> {
    await this.database.execute(
      `delete from management_write
       where key_id = $1 and idempotency_key_hash = $2 and claimed_at <= now() - ${kept}`,
      referenceOf(claim),
    );
  }

  /** Removes one batch of writes that are too old; how many. Replicas that sweep at once share the work. */
  removeOld(): Promise<number> {
    return this.database.execute(
      `delete from management_write where ctid = any(array(
         select ctid from management_write where claimed_at <= now() - ${kept}
         order by claimed_at limit $1 for update skip locked))`,
      [writeBounds.writesPerBatch],
    );
  }
}

function referenceOf({ keyId, idempotencyKeyHash }: Claim): unknown[] {
  return [uuidOf('key', keyId), Buffer.from(idempotencyKeyHash)];
}
