import type { Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { EpochRun } from './counting.js';

/** Requests and their money (nano-USD). */
export interface RecordedSums {
  requests: bigint;
  costNanoUsd: bigint;
  overrunNanoUsd: bigint;
}

/** Counts the rows themselves: a sum that was kept beside them would not know of one that is gone. */
@Injectable()
export class ReconciliationRepository {
  /** The newest ledger sequence, and the one below the first batch that billing still owes. */
  async ledgerPositions(tx: Tx): Promise<{ newest: bigint; confirmed: bigint }> {
    const [row] = await tx.query<{ newest: bigint; confirmed: bigint }>(
      `select ledger_sequence as newest,
         coalesce(
           (select min(first_ledger_sequence) - 1 from unconfirmed_batch), ledger_sequence
         ) as confirmed
       from ledger_head`,
    );
    if (row === undefined) throw new Error('ledger_head has no row');
    return row;
  }

  /** The requests after one ledger sequence up to another. */
  async recordedBetween(tx: Tx, after: bigint, upTo: bigint): Promise<RecordedSums> {
    const [sums] = await tx.query<RecordedSums>(
      `select count(*) as requests, coalesce(sum(cost_nano_usd), 0)::int8 as "costNanoUsd",
         coalesce(sum(overrun_nano_usd), 0)::int8 as "overrunNanoUsd"
       from usage_request where ledger_sequence > $1 and ledger_sequence <= $2`,
      [after, upTo],
    );
    if (sums === undefined) throw new Error('a sum that says nothing');
    return sums;
  }

  /** The epochs that recorded something after a ledger sequence; all of them for 0. */
  async epochsAfter(tx: Tx, after: bigint): Promise<{ gatewayEpoch: string; watermark: bigint }[]> {
    return tx.query(
      `select gateway_epoch as "gatewayEpoch", settled_sequence as "watermark"
       from gateway_epoch where last_ledger_sequence > $1 or $1 = 0 order by gateway_epoch`,
      [after],
    );
  }

  /** How many sequences of these runs are recorded or quarantined, by epoch. */
  async arrivedOf(tx: Tx, runs: readonly EpochRun[]): Promise<Map<string, bigint>> {
    const rows = await tx.query<{ gateway_epoch: string; arrived: bigint }>(
      `select gateway_epoch, count(*) as arrived
       from unnest($1::uuid[], $2::int8[], $3::int8[]) as run (gateway_epoch, after, up_to),
         lateral (
           select sequence from usage_request r where r.gateway_epoch = run.gateway_epoch
             and r.sequence > run.after and r.sequence <= run.up_to
           union
           select sequence from quarantined_record q where q.gateway_epoch = run.gateway_epoch
             and q.sequence > run.after and q.sequence <= run.up_to
         ) arrived
       group by gateway_epoch`,
      [
        runs.map(({ gatewayEpoch }) => gatewayEpoch),
        runs.map(({ after }) => after),
        runs.map(({ upTo }) => upTo),
      ],
    );
    return new Map(rows.map((row) => [row.gateway_epoch, row.arrived]));
  }

  async countQuarantined(tx: Tx): Promise<bigint> {
    const [row] = await tx.query<{ records: bigint }>(
      'select count(*) as records from quarantined_record where resolved_at is null',
    );
    return row?.records ?? 0n;
  }
}
