import { idFromUuid, uuidOf } from '@modelbridge/contracts';
import { Database } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { rollUpTables, sumOfFirstTokens, type RollUp } from './roll-ups.repository.js';
import type { SeriesGranularity, SeriesGroup, SeriesQuery, SeriesRow } from './usage-series.js';

const groupColumn: Record<SeriesGroup, string> = {
  none: 'null::text',
  model: 'model',
  key: 'key_id::text',
  user: 'user_id::text',
};

const rollUpOf: Record<SeriesGranularity, RollUp> = {
  minute: 'minute',
  hour: 'hour',
  day: 'day',
  month: 'day',
};

const tokens =
  'input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens + output_tokens';

@Injectable()
export class UsageSeriesRepository {
  constructor(private readonly database: Database) {}

  /** A row for each period and group that has requests; groups but the dearest are one, without a name. */
  async list(query: SeriesQuery): Promise<SeriesRow[]> {
    const { granularity, groupBy } = query;
    const period = rollUpOf[granularity];
    const rows = await this.database.query<SeriesRow>(
      `with used as (
         select ${period} as period, ${groupColumn[groupBy]} as name, requests, errors,
           ${tokens} as tokens, cost_nano_usd, first_tokens
         from ${rollUpTables[period]}
         where account_id = $2 and ${period} >= $3 and ${period} < $4
           and ($5::uuid is null or key_id = $5)
           and ($6::uuid is null or user_id = $6)
           and ($7::text is null or model = $7)
       ), dearest as (
         select name from used where name is not null
         group by name order by sum(cost_nano_usd) desc, sum(requests) desc, name limit $8
       )
       select date_trunc($1, period, 'UTC') as "periodStart", dearest.name as "group",
         sum(requests)::int8 as requests, sum(errors)::int8 as errors, sum(tokens)::int8 as tokens,
         sum(cost_nano_usd)::int8 as "costNanoUsd", ${sumOfFirstTokens('float8')} as "firstTokens"
       from used left join dearest using (name)
       group by 1, 2`,
      [
        granularity,
        uuidOf('account', query.accountId),
        query.from,
        query.to,
        query.keyId === undefined ? null : uuidOf('key', query.keyId),
        query.userId === undefined ? null : uuidOf('user', query.userId),
        query.model ?? null,
        query.mostGroups,
      ],
    );
    if (groupBy !== 'key' && groupBy !== 'user') return rows;
    return rows.map((row) => ({
      ...row,
      group: row.group === null ? null : idFromUuid(groupBy, row.group),
    }));
  }

  async removeMinutesBefore(time: Date): Promise<void> {
    await this.database.execute('delete from usage_minutely where minute < $1', [time]);
  }
}
