import type { Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';

export interface StoredChange {
  idempotencyKey: string;
  requestHash: string;
  accountId: string;
  source: string;
  paymentIntentId: string | null;
  /** Nano-USD; negative for money that went back. */
  amount: bigint;
  answer: Record<string, string>;
}

@Injectable()
export class BalanceChangesRepository {
  /** Serialises the changes that carry one idempotency key. */
  async lock(tx: Tx, idempotencyKey: string): Promise<void> {
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 1))', [idempotencyKey]);
  }

  async find(
    tx: Tx,
    idempotencyKey: string,
  ): Promise<{ requestHash: Buffer; answer: Record<string, string> } | undefined> {
    const [change] = await tx.query<{ requestHash: Buffer; answer: Record<string, string> }>(
      'SELECT request_hash AS "requestHash", answer FROM payment WHERE idempotency_key = $1',
      [idempotencyKey],
    );
    return change;
  }

  async add(tx: Tx, change: StoredChange): Promise<void> {
    await tx.execute(
      `INSERT INTO payment (idempotency_key, request_hash, account_id, source, amount_nano_usd, answer, payment_intent_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [
        change.idempotencyKey,
        Buffer.from(change.requestHash, 'hex'),
        change.accountId,
        change.source,
        change.amount,
        change.answer,
        change.paymentIntentId,
      ],
    );
  }
}
