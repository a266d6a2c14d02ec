import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';

export interface Correction {
  idempotencyKey: string;
  requestId: string;
  /** Null: all that was left. */
  asked: bigint | null;
  /** Nano-USD of paid money, and of granted credit. */
  paid: bigint;
  granted: bigint;
  grantId: string | null;
  transferIds: string[];
}

/** A charge, and what of it is not corrected yet. */
export interface CorrectableCharge {
  accountId: string;
  paid: bigint;
  granted: bigint;
  /** Of the grants that paid. */
  lastExpiry: Date | null;
}

@Injectable()
export class CorrectionsRepository {
  constructor(private readonly database: Database) {}

  async accountOf(requestId: string): Promise<string | undefined> {
    const [charge] = await this.database.query<{ accountId: string }>(
      'SELECT account_id AS "accountId" FROM charge WHERE request_id = $1',
      [requestId],
    );
    return charge?.accountId;
  }

  async charge(tx: Tx, requestId: string): Promise<CorrectableCharge | undefined> {
    const [charge] = await tx.query<CorrectableCharge>(
      `SELECT c.account_id AS "accountId",
              c.charged_nano_usd - c.granted_nano_usd - coalesce(s.paid, 0)::int8 AS paid,
              c.granted_nano_usd - coalesce(s.granted, 0)::int8 AS granted,
              (SELECT max(g.expires_at) FROM ledger_transfer t JOIN credit_grant g ON g.ledger = t.debit_account
               WHERE t.id = ANY(c.granted_transfers)) AS "lastExpiry"
       FROM charge c
       CROSS JOIN LATERAL (SELECT sum(paid_nano_usd) AS paid, sum(granted_nano_usd) AS granted
                           FROM charge_correction x WHERE x.request_id = c.request_id) s
       WHERE c.request_id = $1`,
      [requestId],
    );
    return charge;
  }

  async find(tx: Tx, idempotencyKey: string): Promise<Correction | undefined> {
    const [correction] = await tx.query<Correction>(
      `SELECT idempotency_key AS "idempotencyKey", request_id AS "requestId", asked_nano_usd AS asked,
              paid_nano_usd AS paid, granted_nano_usd AS granted, grant_id AS "grantId", transfer_ids AS "transferIds"
       FROM charge_correction WHERE idempotency_key = $1`,
      [idempotencyKey],
    );
    return correction;
  }

  async add(tx: Tx, correction: Correction): Promise<void> {
    await tx.execute(
      `INSERT INTO charge_correction (idempotency_key, request_id, asked_nano_usd, paid_nano_usd, granted_nano_usd,
         grant_id, transfer_ids)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [
        correction.idempotencyKey,
        correction.requestId,
        correction.asked,
        correction.paid,
        correction.granted,
        correction.grantId,
        correction.transferIds,
      ],
    );
  }
}
