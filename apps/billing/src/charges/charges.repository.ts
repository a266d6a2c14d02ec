import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import type { Charge } from './charge.js';
import type { MonthlyUsage } from './monthly-usage.js';

export interface PostedCharge {
  requestId: string;
  accountId: string;
  keyId: string;
  transferId: string | null;
  grantedTransferIds: string[] | null;
  charged: bigint;
  granted: bigint;
  overrun: bigint;
  /** Given back since. */
  corrected: bigint;
  postedAt: Date;
}

/** What tells a repetition from another body, and what is said of it again. */
export interface EarlierCharge {
  bodyHash: string;
  overrun: bigint;
}

export interface QuarantinedCharge {
  requestId: string;
  bodyHash: string;
  reason: 'other_body' | 'unknown_account' | 'negative_cost';
  record: unknown;
}

@Injectable()
export class ChargesRepository {
  constructor(private readonly database: Database) {}

  /** Of the charges that are posted already, by request: the body hash and what could not be charged. */
  async posted(tx: Tx, requestIds: string[]): Promise<Map<string, EarlierCharge>> {
    const rows = await tx.query<EarlierCharge & { id: string }>(
      `SELECT request_id AS id, encode(body_hash, 'hex') AS "bodyHash", overrun_nano_usd AS overrun
       FROM charge WHERE request_id = ANY($1::uuid[])`,
      [requestIds],
    );
    return new Map(rows.map(({ id, ...earlier }) => [id, earlier]));
  }

  async add(tx: Tx, charges: Charge[]): Promise<void> {
    const paid = charges.filter(({ granted }) => granted === 0n);
    if (paid.length > 0) {
      await tx.execute(
        `INSERT INTO charge (${columns})
         SELECT * FROM unnest($1::uuid[], $2::bytea[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[],
           $7::int8[], $8::int8[], $9::int8[])`,
        valuesOf(paid),
      );
    }
    const granted = charges.filter((charge) => charge.granted > 0n);
    if (granted.length === 0) return;
    // An array of arrays cannot be unnested by rows: the inner ones go as text.
    await tx.execute(
      `INSERT INTO charge (${columns}, granted_nano_usd, granted_transfers)
       SELECT ${columns}, granted, granted_transfers::uuid[]
       FROM unnest($1::uuid[], $2::bytea[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[],
         $7::int8[], $8::int8[], $9::int8[], $10::int8[], $11::text[]) AS c (${columns}, granted, granted_transfers)`,
      [
        ...valuesOf(granted),
        granted.map((charge) => charge.granted),
        granted.map(({ grantedTransferIds: ids }) => `{${ids.join(',')}}`),
      ],
    );
  }

  async addMonthlyUsage(tx: Tx, sums: MonthlyUsage[]): Promise<void> {
    await tx.execute(
      `INSERT INTO monthly_usage AS u (account_id, month, user_id, model, requests, input_tokens, output_tokens,
         charged_nano_usd, granted_nano_usd)
       SELECT * FROM unnest($1::uuid[], $2::date[], $3::uuid[], $4::text[], $5::int8[], $6::int8[], $7::int8[], $8::int8[], $9::int8[])
       ON CONFLICT (account_id, month, user_id, model) DO UPDATE SET
         requests = u.requests + EXCLUDED.requests, input_tokens = u.input_tokens + EXCLUDED.input_tokens,
         output_tokens = u.output_tokens + EXCLUDED.output_tokens,
         charged_nano_usd = u.charged_nano_usd + EXCLUDED.charged_nano_usd,
         granted_nano_usd = u.granted_nano_usd + EXCLUDED.granted_nano_usd`,
      [
        sums.map(({ accountId }) => accountId),
        sums.map(({ month }) => month),
        sums.map(({ userId }) => userId),
        sums.map(({ model }) => model),
        sums.map(({ requests }) => requests),
        sums.map(({ inputTokens }) => inputTokens),
        sums.map(({ outputTokens }) => outputTokens),
        sums.map(({ charged }) => charged),
        sums.map(({ granted }) => granted),
      ],
    );
  }

  /** Puts charges aside; the number that were not aside yet. */
  quarantine(tx: Tx, charges: QuarantinedCharge[]): Promise<number> {
    return tx.execute(
      `INSERT INTO quarantined_charge (request_id, body_hash, reason, record)
       SELECT request_id, body_hash, reason, record::jsonb
       FROM unnest($1::uuid[], $2::bytea[], $3::text[], $4::text[]) AS q (request_id, body_hash, reason, record)
       ON CONFLICT DO NOTHING`,
      [
        charges.map(({ requestId }) => requestId),
        charges.map(({ bodyHash }) => Buffer.from(bodyHash, 'hex')),
        charges.map(({ reason }) => reason),
        charges.map(({ record }) => JSON.stringify(record)),
      ],
    );
  }

  async find(requestId: string): Promise<PostedCharge | undefined> {
    const [charge] = await this.database.query<PostedCharge>(
      `SELECT request_id AS "requestId", account_id AS "accountId", key_id AS "keyId",
              transfer_id AS "transferId", charged_nano_usd AS charged,
              granted_nano_usd AS granted, granted_transfers AS "grantedTransferIds", overrun_nano_usd AS overrun,
              posted_at AS "postedAt",
              (SELECT coalesce(sum(x.paid_nano_usd + x.granted_nano_usd), 0)::int8 FROM charge_correction x
               WHERE x.request_id = charge.request_id) AS corrected
       FROM charge WHERE request_id = $1`,
      [requestId],
    );
    return charge;
  }
}

const columns = `request_id, body_hash, account_id, key_id, allowance_id, transfer_id,
  charged_nano_usd, overrun_nano_usd, ledger_sequence`;

function valuesOf(charges: Charge[]): unknown[][] {
  return [
    charges.map(({ request }) => request.requestId),
    charges.map(({ request }) => Buffer.from(request.bodyHash, 'hex')),
    charges.map(({ request }) => request.accountId),
    charges.map(({ request }) => request.keyId),
    charges.map(({ request }) => request.allowanceId),
    charges.map(({ transferId }) => transferId),
    charges.map(({ charged }) => charged),
    charges.map(({ overrun }) => overrun),
    charges.map(({ request }) => request.ledgerSequence),
  ];
}
