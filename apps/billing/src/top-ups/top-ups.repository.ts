import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { CheckoutSession } from '../stripe/stripe.service.js';

@Injectable()
export class TopUpsRepository {
  constructor(private readonly database: Database) {}

  async countOpen(accountId: string): Promise<number> {
    const [row] = await this.database.query<{ open: bigint }>(
      `SELECT count(*) AS open FROM top_up WHERE account_id = $1 AND state = 'open' AND expires_at > now()`,
      [accountId],
    );
    return Number(row?.open ?? 0);
  }

  async add(
    accountId: string,
    amountNanoUsd: bigint,
    { sessionId, expiresAt }: CheckoutSession,
  ): Promise<void> {
    await this.database.execute(
      `INSERT INTO top_up (session_id, account_id, amount_nano_usd, expires_at)
       VALUES ($1, $2, $3, $4) ON CONFLICT (session_id) DO NOTHING`,
      [sessionId, accountId, amountNanoUsd, expiresAt],
    );
  }

  /** Keeps how a page has ended; whose it is, undefined for no page of ours. */
  async end(tx: Tx, { sessionId, state }: CheckoutSession): Promise<string | undefined> {
    await tx.execute(`UPDATE top_up SET state = $2 WHERE session_id = $1 AND state = 'open'`, [
      sessionId,
      state,
    ]);
    const [row] = await tx.query<{ accountId: string }>(
      'SELECT account_id AS "accountId" FROM top_up WHERE session_id = $1',
      [sessionId],
    );
    return row?.accountId;
  }
}
