import { uuidOf } from '@modelbridge/contracts';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';

export type Counts = Record<string, number>;

@Injectable()
export class OwnPartsRepository {
  constructor(private readonly database: Database) {}

  /** Adds to what is counted of an erasure. */
  async count(tx: Tx, erasureId: string, counts: Counts): Promise<void> {
    await tx.execute(
      `insert into own_erasure as own (erasure_id, counts) values ($1, $2::jsonb)
       on conflict (erasure_id) do update set counts = own.counts || (
         select coalesce(jsonb_object_agg(kind, n::int8 + coalesce((own.counts ->> kind)::int8, 0)), '{}')
         from jsonb_each_text(excluded.counts) as more (kind, n))`,
      [uuidOf('erasure', erasureId), JSON.stringify(counts)],
    );
  }

  async counted(erasureId: string): Promise<Counts> {
    const [row] = await this.database.query<{ counts: Counts }>(
      'select counts from own_erasure where erasure_id = $1',
      [uuidOf('erasure', erasureId)],
    );
    return row?.counts ?? {};
  }

  async forget(tx: Tx, erasureId: string): Promise<void> {
    await tx.execute('delete from own_erasure where erasure_id = $1', [
      uuidOf('erasure', erasureId),
    ]);
  }
}
