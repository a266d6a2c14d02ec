import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';

export interface Webhook {
  id: string;
  accountId: string;
  url: string;
  secretVersion: number;
  previousSecretUntil: Date | null;
  createdAt: Date;
}

const columns = `id, account_id AS "accountId", url, secret_version AS "secretVersion",
  previous_secret_until AS "previousSecretUntil", created_at AS "createdAt"`;

@Injectable()
export class WebhooksRepository {
  constructor(private readonly database: Database) {}

  /** False for an unknown account; nobody else changes its webhook before the transaction ends. */
  async lock(tx: Tx, accountId: string): Promise<boolean> {
    const found = await tx.query('SELECT FROM billing_account WHERE id = $1 FOR NO KEY UPDATE', [
      accountId,
    ]);
    return found.length > 0;
  }

  async find(
    accountId: string,
    tx: Pick<Tx, 'query'> = this.database,
  ): Promise<Webhook | undefined> {
    const [found] = await tx.query<Webhook>(
      `SELECT ${columns} FROM account_webhook WHERE account_id = $1`,
      [accountId],
    );
    return found;
  }

  async add(tx: Tx, id: string, accountId: string, url: string): Promise<Webhook> {
    const [added] = await tx.query<Webhook>(
      `INSERT INTO account_webhook (account_id, id, url) VALUES ($1, $2, $3) RETURNING ${columns}`,
      [accountId, id, url],
    );
    return added as Webhook;
  }

  async changeUrl(tx: Tx, accountId: string, url: string): Promise<Webhook> {
    const [changed] = await tx.query<Webhook>(
      `UPDATE account_webhook SET url = $2 WHERE account_id = $1 RETURNING ${columns}`,
      [accountId, url],
    );
    return changed as Webhook;
  }

  async rotate(tx: Tx, accountId: string, previousUntil: Date): Promise<Webhook> {
    const [rotated] = await tx.query<Webhook>(
      `UPDATE account_webhook SET secret_version = secret_version + 1, previous_secret_until = $2
       WHERE account_id = $1 RETURNING ${columns}`,
      [accountId, previousUntil],
    );
    return rotated as Webhook;
  }

  /** What is not delivered by then never will be. */
  async remove(tx: Tx, accountId: string): Promise<boolean> {
    const removed = await tx.execute('DELETE FROM account_webhook WHERE account_id = $1', [
      accountId,
    ]);
    if (removed === 0) return false;
    await tx.execute(
      `UPDATE account_webhook_delivery SET state = 'failed', last_error = 'removed', ended_at = now()
       WHERE account_id = $1 AND state = 'pending'`,
      [accountId],
    );
    return true;
  }
}
