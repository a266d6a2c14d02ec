import { Injectable } from '@nestjs/common';
import type { Tx } from '@modelbridge/service-kit/database';
import type { AllowanceSlice, RateWindow } from './rate-state.js';

@Injectable()
export class RateStateRepository {
  windows(tx: Tx, asked: { keyId: string; windowStart: number }[]): Promise<RateWindow[]> {
    return tx.query<RateWindow>(
      `SELECT w.key_id AS "keyId", (extract(epoch FROM w.window_start) * 1000)::float8 AS "windowStart",
              w.requests, w.tokens
       FROM unnest($1::uuid[], $2::timestamptz[]) AS a (key_id, window_start)
       JOIN rate_window w USING (key_id, window_start)`,
      [asked.map(({ keyId }) => keyId), asked.map(({ windowStart }) => new Date(windowStart))],
    );
  }

  slices(tx: Tx, asked: { allowanceId: string; windowStart: number }[]): Promise<AllowanceSlice[]> {
    return tx.query<AllowanceSlice>(
      `SELECT s.allowance_id AS "allowanceId",
              (extract(epoch FROM s.window_start) * 1000)::float8 AS "windowStart", s.requests, s.tokens
       FROM unnest($1::uuid[], $2::timestamptz[]) AS a (allowance_id, window_start)
       JOIN rate_slice s USING (allowance_id, window_start)`,
      [
        asked.map(({ allowanceId }) => allowanceId),
        asked.map(({ windowStart }) => new Date(windowStart)),
      ],
    );
  }

  slots(
    tx: Tx,
    accountIds: string[],
  ): Promise<{ accountId: string; keyId: string; slots: bigint }[]> {
    return tx.query(
      `SELECT account_id AS "accountId", key_id AS "keyId", sum(slots) AS slots FROM allowance
       WHERE account_id = ANY($1::uuid[]) AND state <> 'ended' GROUP BY account_id, key_id`,
      [accountIds],
    );
  }

  async saveWindows(tx: Tx, windows: RateWindow[]): Promise<void> {
    await tx.execute(
      `INSERT INTO rate_window (key_id, window_start, requests, tokens)
       SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::int8[], $4::int8[])
       ON CONFLICT (key_id, window_start)
       DO UPDATE SET requests = EXCLUDED.requests, tokens = EXCLUDED.tokens`,
      [
        windows.map(({ keyId }) => keyId),
        windows.map(({ windowStart }) => new Date(windowStart)),
        windows.map(({ requests }) => requests),
        windows.map(({ tokens }) => tokens),
      ],
    );
  }

  async saveSlices(tx: Tx, slices: AllowanceSlice[]): Promise<void> {
    await tx.execute(
      `INSERT INTO rate_slice (allowance_id, window_start, requests, tokens)
       SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::int8[], $4::int8[])
       ON CONFLICT (allowance_id, window_start)
       DO UPDATE SET requests = EXCLUDED.requests, tokens = EXCLUDED.tokens`,
      [
        slices.map(({ allowanceId }) => allowanceId),
        slices.map(({ windowStart }) => new Date(windowStart)),
        slices.map(({ requests }) => requests),
        slices.map(({ tokens }) => tokens),
      ],
    );
  }
}
