import { Database, type Tx } from '@modelbridge/service-kit';
import { Injectable } from '@nestjs/common';
import { fromMultirange, toMultirange, type SettledSequences } from './settled-sequences.js';

interface EpochRow {
  gateway_epoch: string;
  settled_sequence: bigint;
  arrived_above: string;
}

export interface EpochGaps {
  gatewayEpoch: string;
  settledSequence: bigint;
  sequenceGaps: bigint;
}

@Injectable()
export class SettlementRepository {
  constructor(private readonly database: Database) {}

  async readEpochs(tx: Tx, epochs: string[]): Promise<Map<string, SettledSequences>> {
    const rows = await tx.query<EpochRow>(
      `select gateway_epoch, settled_sequence, arrived_above::text
       from gateway_epoch where gateway_epoch = any($1) for update`,
      [epochs],
    );
    return new Map(
      rows.map((row) => [
        row.gateway_epoch,
        {
          settledSequence: row.settled_sequence,
          arrivedAbove: fromMultirange(row.arrived_above),
        },
      ]),
    );
  }

  async writeEpochs(
    tx: Tx,
    epochs: ReadonlyMap<string, SettledSequences>,
    ledgerSequence: bigint,
  ): Promise<void> {
    const settled = [...epochs.values()];
    await tx.execute(
      `insert into gateway_epoch
         (gateway_epoch, settled_sequence, arrived_above, last_ledger_sequence)
       select gateway_epoch, settled_sequence, arrived_above::int8multirange, $4
       from unnest($1::uuid[], $2::int8[], $3::text[])
         as t (gateway_epoch, settled_sequence, arrived_above)
       on conflict (gateway_epoch) do update set
         settled_sequence = excluded.settled_sequence,
         arrived_above = excluded.arrived_above,
         last_ledger_sequence = excluded.last_ledger_sequence`,
      [
        [...epochs.keys()],
        settled.map(({ settledSequence }) => settledSequence),
        settled.map(({ arrivedAbove }) => toMultirange(arrivedAbove)),
        ledgerSequence,
      ],
    );
  }

  async watermarks(epochs: string[]): Promise<Map<string, bigint>> {
    const rows = await this.database.query<EpochRow>(
      'select gateway_epoch, settled_sequence from gateway_epoch where gateway_epoch = any($1)',
      [epochs],
    );
    return new Map(rows.map((row) => [row.gateway_epoch, row.settled_sequence]));
  }

  async addUnconfirmed(tx: Tx, batchId: string, firstLedgerSequence: bigint): Promise<void> {
    await tx.execute(
      'insert into unconfirmed_batch (batch_id, first_ledger_sequence) values ($1, $2)',
      [batchId, firstLedgerSequence],
    );
  }

  async removeUnconfirmed(tx: Tx, batchIds: string[]): Promise<void> {
    await tx.execute('delete from unconfirmed_batch where batch_id = any($1)', [batchIds]);
  }

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

  /** Requests and their cost after one ledger sequence up to another. */
  async recordedBetween(
    tx: Tx,
    after: bigint,
    upTo: bigint,
  ): Promise<{ requests: bigint; costNanoUsd: bigint }> {
    const [row] = await tx.query<{ requests: bigint; cost_nano_usd: bigint }>(
      `select count(*) as requests, coalesce(sum(cost_nano_usd), 0)::int8 as cost_nano_usd
       from usage_request where ledger_sequence > $1 and ledger_sequence <= $2`,
      [after, upTo],
    );
    return { requests: row?.requests ?? 0n, costNanoUsd: row?.cost_nano_usd ?? 0n };
  }

  /**
   * Counts, from the rows themselves, the sequences under the watermarks of the epochs that were active
   * after a ledger sequence, and those of them that are neither recorded nor quarantined.
   */
  async countGaps(
    tx: Tx,
    after: bigint,
    most: number,
  ): Promise<{ settledSequences: bigint; sequenceGaps: bigint; epochs: EpochGaps[] }> {
    const [row] = await tx.query<{
      settled_sequences: bigint;
      sequence_gaps: bigint;
      epochs: { gateway_epoch: string; settled: string; gaps: string }[] | null;
    }>(
      `with active as (
         select gateway_epoch, settled_sequence from gateway_epoch
         where last_ledger_sequence > $1 or $1 = 0
       ), present as (
         select gateway_epoch, count(*) as sequences
         from (
           select gateway_epoch, sequence from usage_request
             join active using (gateway_epoch) where sequence <= settled_sequence
           union
           select gateway_epoch, sequence from quarantined_record
             join active using (gateway_epoch) where sequence <= settled_sequence
         ) arrived
         group by gateway_epoch
       ), counted as (
         select gateway_epoch, settled_sequence,
           settled_sequence - coalesce(sequences, 0) as gaps
         from active left join present using (gateway_epoch)
       )
       select coalesce(sum(settled_sequence), 0)::int8 as settled_sequences,
         coalesce(sum(gaps), 0)::int8 as sequence_gaps,
         (select json_agg(json_build_object('gateway_epoch', gateway_epoch,
             'settled', settled_sequence::text, 'gaps', gaps::text))
          from (select * from counted where gaps > 0 limit $2) gapped) as epochs
       from counted`,
      [after, most],
    );
    return {
      settledSequences: row?.settled_sequences ?? 0n,
      sequenceGaps: row?.sequence_gaps ?? 0n,
      epochs: (row?.epochs ?? []).map((epoch) => ({
        gatewayEpoch: epoch.gateway_epoch,
        settledSequence: BigInt(epoch.settled),
        sequenceGaps: BigInt(epoch.gaps),
      })),
    };
  }

  async countQuarantined(tx: Tx): Promise<bigint> {
    const [row] = await tx.query<{ records: bigint }>(
      'select count(*) as records from quarantined_record',
    );
    return row?.records ?? 0n;
  }
}
