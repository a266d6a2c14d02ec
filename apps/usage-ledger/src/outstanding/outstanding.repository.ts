import { Database } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { OutstandingEpoch, UnsettledEpoch } from './outstanding.js';

@Injectable()
export class OutstandingRepository {
  constructor(private readonly database: Database) {}

  async report(epochs: readonly UnsettledEpoch[]): Promise<void> {
    await this.database.execute(
      `insert into unsettled_epoch
         (gateway_epoch, oldest_sequence, last_sequence, oldest_closed_at, reported_at)
       select gateway_epoch, oldest_sequence, last_sequence,
         now() - age_ms * interval '1 millisecond', now()
       from unnest($1::uuid[], $2::int8[], $3::int8[], $4::int8[])
         as t (gateway_epoch, oldest_sequence, last_sequence, age_ms)
       on conflict (gateway_epoch) do update set
         oldest_sequence = excluded.oldest_sequence,
         last_sequence = excluded.last_sequence,
         oldest_closed_at = excluded.oldest_closed_at,
         reported_at = excluded.reported_at`,
      [
        epochs.map(({ gatewayEpoch }) => gatewayEpoch),
        epochs.map(({ oldestSequence }) => oldestSequence),
        epochs.map(({ lastSequence }) => lastSequence),
        epochs.map(({ oldestAgeMs }) => oldestAgeMs),
      ],
    );
  }

  /** Reports of what is settled meanwhile say nothing any more. */
  async prune(): Promise<void> {
    await this.database.execute(
      `delete from unsettled_epoch u using gateway_epoch g
       where g.gateway_epoch = u.gateway_epoch and g.settled_sequence >= u.last_sequence
         and u.reported_at < now() - interval '1 hour'`,
    );
  }

  epochs(): Promise<OutstandingEpoch[]> {
    return this.database.query<OutstandingEpoch>(
      `select gateway_epoch as "gatewayEpoch", last_sequence - settled as records,
         ${msSince('case when settled < oldest_sequence then oldest_closed_at else reported_at end')} as "oldestAgeMs",
         ${msSince('reported_at')} as "silentMs"
       from (
         select u.*, coalesce(g.settled_sequence, 0) as settled
         from unsettled_epoch u left join gateway_epoch g using (gateway_epoch)
       ) reported
       where settled < last_sequence order by gateway_epoch`,
    );
  }

  /** 0 where billing owes nothing. */
  async oldestUnconfirmedAgeMs(): Promise<bigint> {
    const [row] = await this.database.query<{ age: bigint | null }>(
      `select ${msSince('min(recorded_at)')} as age from unconfirmed_batch`,
    );
    return row?.age ?? 0n;
  }
}

function msSince(time: string): string {
  return `greatest(0, extract(epoch from now() - ${time}) * 1000)::int8`;
}
