import { idFromUuid, uuidOf } from '@modelbridge/contracts';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { LoweredCost } from '../spend/usage-sums.js';
import { fromMultirange, toMultirange, type SettledSequences } from './settled-sequences.js';

interface EpochRow {
  gateway_epoch: string;
  settled_sequence: bigint;
  arrived_above: string;
}

interface LoweredRow {
  account_id: string;
  user_id: string;
  key_id: string;
  model: string;
  completed_at: Date;
  overrun: bigint;
}

/** A part of a request's cost that no limit could bear; nano-USD as a decimal string. */
export interface Overrun {
  requestId: string;
  overrunNanoUsd: string;
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

  /**
   * Takes what billing could not charge off the cost of these requests, each once; the requests that
   * changed and the hours in which they count.
   */
  async takeOverruns(tx: Tx, overruns: readonly Overrun[]): Promise<LoweredCost[]> {
    const rows = await tx.query<LoweredRow>(
      `update usage_request r
       set cost_nano_usd = r.cost_nano_usd - o.overrun, overrun_nano_usd = o.overrun
       from (
         select distinct on (request_id) request_id, overrun
         from unnest($1::uuid[], $2::int8[]) as o (request_id, overrun)
       ) o
       where r.request_id = o.request_id and r.overrun_nano_usd = 0
         and o.overrun > 0 and o.overrun <= r.cost_nano_usd
       returning r.account_id, r.user_id, r.key_id, r.model, r.completed_at, o.overrun`,
      [
        overruns.map(({ requestId }) => uuidOf('request', requestId)),
        overruns.map(({ overrunNanoUsd }) => overrunNanoUsd),
      ],
    );
    return rows.map((row) => ({
      accountId: idFromUuid('account', row.account_id),
      userId: idFromUuid('user', row.user_id),
      keyId: idFromUuid('key', row.key_id),
      model: row.model,
      completedAt: row.completed_at.toISOString(),
      byNanoUsd: row.overrun,
    }));
  }
}
