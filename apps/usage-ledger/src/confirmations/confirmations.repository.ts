import { idFromUuid, uuidOf, type Tags } from '@modelbridge/contracts';
import { noAccount } from '@modelbridge/erasure';
import type { Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { LoweredCost } from '../spend/usage-sums.js';

/** Requests of people who are erased are in no sum. */
const ofNobody = uuidOf('account', noAccount);

interface LoweredRow {
  account_id: string;
  user_id: string;
  key_id: string;
  model: string;
  provider: string | null;
  tags: Tags | null;
  completed_at: Date;
  overrun: bigint;
}

/** A request whose cost went down, and who was called for it. */
type LoweredRequest = LoweredCost & { provider: string | null };

/** A part of a request's cost that no limit could bear; nano-USD as a decimal string. */
export interface Overrun {
  requestId: string;
  overrunNanoUsd: string;
}

@Injectable()
export class ConfirmationsRepository {
  async addUnconfirmed(tx: Tx, batchId: string, firstLedgerSequence: bigint): Promise<void> {
    await tx.execute(
      'insert into unconfirmed_batch (batch_id, first_ledger_sequence) values ($1, $2)',
      [batchId, firstLedgerSequence],
    );
  }

  async removeUnconfirmed(tx: Tx, batchIds: string[]): Promise<void> {
    await tx.execute('delete from unconfirmed_batch where batch_id = any($1)', [batchIds]);
  }

  /**
   * Takes what billing could not charge off the cost of these requests, each once; the requests that
   * changed and the hours in which they count.
   */
  async takeOverruns(tx: Tx, overruns: readonly Overrun[]): Promise<LoweredRequest[]> {
    const rows = await tx.query<LoweredRow>(
      `update usage_request r
       set cost_nano_usd = r.cost_nano_usd - o.overrun, overrun_nano_usd = o.overrun
       from (
         select distinct on (request_id) request_id, overrun
         from unnest($1::uuid[], $2::int8[]) as o (request_id, overrun)
       ) o
       where r.request_id = o.request_id and r.overrun_nano_usd = 0
         and o.overrun > 0 and o.overrun <= r.cost_nano_usd
       returning r.account_id, r.user_id, r.key_id, r.model, r.provider, r.tags, r.completed_at, o.overrun`,
      [
        overruns.map(({ requestId }) => uuidOf('request', requestId)),
        overruns.map(({ overrunNanoUsd }) => overrunNanoUsd),
      ],
    );
    const summed = rows.filter((row) => row.account_id !== ofNobody);
    return summed.map((row) => ({
      accountId: idFromUuid('account', row.account_id),
      userId: idFromUuid('user', row.user_id),
      keyId: idFromUuid('key', row.key_id),
      model: row.model,
      provider: row.provider,
      ...(row.tags && { tags: row.tags }),
      completedAt: row.completed_at.toISOString(),
      byNanoUsd: row.overrun,
    }));
  }
}
