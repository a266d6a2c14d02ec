import type { Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { DayCount } from '../days/day-count.js';
import type { Arrival } from './arrival.js';

const columns = 6;

@Injectable()
export class ContentsRepository {
  /** Adds what is not there yet; what each day has more. */
  add(tx: Tx, arrivals: readonly Arrival[]): Promise<DayCount[]> {
    const rows = arrivals.map((_, index) => {
      const at = index * columns;
      return `($${at + 1}::date, $${at + 2}::uuid, $${at + 3}::uuid, $${at + 4}::uuid, $${at + 5}::int8, $${at + 6}::bytea)`;
    });
    return tx.query<DayCount>(
      `with added as (
         insert into content (day, request_id, account_id, user_id, raw_bytes, sealed)
         values ${rows.join(', ')}
         on conflict (day, request_id) do nothing
         returning day, octet_length(sealed) as sealed_bytes, raw_bytes)
       select day::text, count(*)::int8 as contents, sum(sealed_bytes)::int8 as "sealedBytes",
         sum(raw_bytes)::int8 as "rawBytes"
       from added group by day order by day`,
      arrivals.flatMap(({ day, requestUuid, accountUuid, userUuid, rawBytes, sealed }) => [
        day,
        requestUuid,
        accountUuid,
        userUuid,
        rawBytes,
        sealed,
      ]),
    );
  }

  /** The requests, by their UUID, whose authors have deleted what they said in them. */
  async deleted(tx: Tx, arrivals: readonly Arrival[]): Promise<Set<string>> {
    const rows = await tx.query<{ request: string }>(
      `select sent.request::text from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as sent (request, author, account)
       where exists (select from content_deletion
         where user_id = sent.author
           and sent.request between first_request_id and last_request_id
           and (account_id is null or account_id = sent.account))`,
      [
        arrivals.map(({ requestUuid }) => requestUuid),
        arrivals.map(({ userUuid }) => userUuid),
        arrivals.map(({ accountUuid }) => accountUuid),
      ],
    );
    return new Set(rows.map(({ request }) => request));
  }
}
