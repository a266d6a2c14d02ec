import { uuidOf } from '@modelbridge/contracts';
import type { Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';

@Injectable()
export class ErasedAuthorsRepository {
  /** Everything of an author, with what they have deleted; how many contents there were. */
  async remove(tx: Tx, userId: string): Promise<number> {
    const [row] = await tx.query<{ n: number }>(
      `with gone as (
         delete from content where user_id = $1 returning day, octet_length(sealed) as sealed, raw_bytes),
       counted as (
         select day, count(*) as contents, sum(sealed) as sealed, sum(raw_bytes) as raw from gone group by day),
       days as (
         update content_day d set contents = d.contents - c.contents,
           sealed_bytes = d.sealed_bytes - c.sealed, raw_bytes = d.raw_bytes - c.raw
         from counted c where d.day = c.day)
       select count(*)::int as n from gone`,
      [uuidOf('user', userId)],
    );
    await tx.execute('delete from content_deletion where user_id = $1', [uuidOf('user', userId)]);
    return row?.n ?? 0;
  }
}
