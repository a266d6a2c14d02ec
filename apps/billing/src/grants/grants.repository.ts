import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { StoredGrant } from './grant.js';

export interface DueGrant {
  id: string;
  accountId: string;
  expiresAt: Date;
}

@Injectable()
export class GrantsRepository {
  constructor(private readonly database: Database) {}

  async find(tx: Tx, idempotencyKey: string): Promise<StoredGrant | undefined> {
    const [grant] = await tx.query<StoredGrant>(
      `SELECT id, account_id AS "accountId", source, amount_nano_usd AS amount, expires_at AS "expiresAt",
              idempotency_key AS "idempotencyKey", transfer_id AS "transferId"
       FROM credit_grant WHERE idempotency_key = $1`,
      [idempotencyKey],
    );
    return grant;
  }

  /** Opens a grant with an empty account in the ledger: that account. */
  async add(tx: Tx, grant: StoredGrant): Promise<bigint> {
    const [opened] = await tx.query<{ ledger: bigint }>(
      `WITH opened AS (
         INSERT INTO ledger_account (kind, account_id) VALUES ('granted_credit', $2) RETURNING id
       )
       INSERT INTO credit_grant (id, account_id, ledger, source, amount_nano_usd, expires_at, idempotency_key, transfer_id)
       SELECT $1, $2, opened.id, $3, $4, $5, $6, $7 FROM opened RETURNING ledger`,
      [
        grant.id,
        grant.accountId,
        grant.source,
        grant.amount,
        grant.expiresAt,
        grant.idempotencyKey,
        grant.transferId,
      ],
    );
    if (opened === undefined) throw new Error('a grant without an account in the ledger');
    return opened.ledger;
  }

  /** Grants that have expired with something left, the oldest first, so many of those after `after`. */
  due(now: Date, after: DueGrant | undefined, most: number): Promise<DueGrant[]> {
    return this.database.query<DueGrant>(
      `SELECT id, account_id AS "accountId", expires_at AS "expiresAt" FROM credit_grant
       WHERE open AND expires_at <= $1 AND (expires_at, id) > ($2, $3)
       ORDER BY expires_at, id LIMIT $4`,
      [
        now,
        after?.expiresAt ?? new Date(0),
        after?.id ?? '00000000-0000-0000-0000-000000000000',
        most,
      ],
    );
  }
}
