import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { fromMultirange, toMultirange, type ArrivedSequences } from './watermark.js';

interface EpochRow {
  gateway_epoch: string;
  settled_sequence: bigint;
  arrived_above: string;
}

@Injectable()
export class WatermarksRepository {
  constructor(private readonly database: Database) {}

  async readEpochs(tx: Tx, epochs: string[]): Promise<Map<string, ArrivedSequences>> {
    const rows = await tx.query<EpochRow>(
      `select gateway_epoch, settled_sequence, arrived_above::text
       from gateway_epoch where gateway_epoch = any($1) for update`,
      [epochs],
    );
    return new Map(
      rows.map((row) => [
        row.gateway_epoch,
        {
          watermark: row.settled_sequence,
          arrivedAbove: fromMultirange(row.arrived_above),
        },
      ]),
    );
  }

  async writeEpochs(
    tx: Tx,
    epochs: ReadonlyMap<string, ArrivedSequences>,
    ledgerSequence: bigint,
  ): Promise<void> {
    const arrived = [...epochs.values()];
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
        arrived.map(({ watermark }) => watermark),
        arrived.map(({ arrivedAbove }) => toMultirange(arrivedAbove)),
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
}
