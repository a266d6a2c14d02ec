import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { ModelSpend } from './spend.js';

@Injectable()
export class SpendRepository {
  constructor(private readonly database: Database) {}

  /** The checkpoint, locked until the transaction ends: whoever else applies requests waits. */
  async lockCheckpoint(tx: Tx): Promise<bigint> {
    const [row] = await tx.query<{ ledger_sequence: bigint }>(
      'select ledger_sequence from checkpoint for update',
    );
    return row?.ledger_sequence ?? 0n;
  }

  async moveCheckpoint(tx: Tx, ledgerSequence: bigint): Promise<void> {
    await tx.execute('update checkpoint set ledger_sequence = $1', [ledgerSequence]);
  }

  async add(tx: Tx, spend: readonly ModelSpend[]): Promise<void> {
    await tx.execute(
      `insert into model_spend (model, requests, cost_nano_usd)
       select * from unnest($1::text[], $2::int8[], $3::int8[])
       on conflict (model) do update set
         requests = model_spend.requests + excluded.requests,
         cost_nano_usd = model_spend.cost_nano_usd + excluded.cost_nano_usd`,
      [
        spend.map(({ model }) => model),
        spend.map(({ requests }) => requests),
        spend.map(({ costNanoUsd }) => costNanoUsd),
      ],
    );
  }

  async checkpoint(): Promise<bigint> {
    const [row] = await this.database.query<{ ledger_sequence: bigint }>(
      'select ledger_sequence from checkpoint',
    );
    return row?.ledger_sequence ?? 0n;
  }

  list(): Promise<ModelSpend[]> {
    return this.database.query<ModelSpend>(
      `select model, requests, cost_nano_usd as "costNanoUsd" from model_spend
       order by cost_nano_usd desc, model`,
    );
  }
}
