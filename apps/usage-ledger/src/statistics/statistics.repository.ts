import { uuidOf } from '@modelbridge/contracts';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { CountedGroup, PublishedGroup } from './statistics.js';

export interface ServiceHour extends PublishedGroup {
  hour: Date;
}

@Injectable()
export class StatisticsRepository {
  constructor(private readonly database: Database) {}

  /** Of these hours, those that are not counted, oldest first. */
  async uncounted(hours: readonly Date[]): Promise<Date[]> {
    const rows = await this.database.query<{ hour: Date }>(
      `select hour from unnest($1::timestamptz[]) as due (hour)
       where not exists (select from service_hour_counted c where c.hour = due.hour) order by hour`,
      [hours],
    );
    return rows.map(({ hour }) => hour);
  }

  /** False where another process has counted it. */
  async claim(tx: Tx, hour: Date): Promise<boolean> {
    const claimed = await tx.execute(
      'insert into service_hour_counted (hour) values ($1) on conflict do nothing',
      [hour],
    );
    return claimed > 0;
  }

  /**
   * Every group of requests with ids from one UUID up to another, but those of some people. A fault is an answer of 500 and
   * above, or a reply that broke off before its end without the caller.
   */
  count(tx: Tx, from: string, to: string, without: readonly string[]): Promise<CountedGroup[]> {
    return tx.query<CountedGroup>(
      `with request as (
         select model, region, account_id, time_to_first_token_ms as ms,
           status >= 500 or outcome in ('upstream_cut', 'timed_out', 'shut_down', 'crashed') as is_fault
         from usage_request
         where request_id >= $1 and request_id < $2 and provider is not null and region is not null
           and user_id <> all ($3::uuid[])),
       by_account as (
         select model, region, account_id, count(*) as requests, count(ms) as timed,
           count(*) filter (where is_fault) as faults
         from request group by 1, 2, 3),
       times as (
         select model, region,
           percentile_cont(0.5) within group (order by ms) as median,
           percentile_cont(0.95) within group (order by ms) as p95
         from request where ms is not null group by 1, 2)
       select model, region, count(*)::int4 as accounts, sum(requests)::int4 as requests,
         max(requests)::int4 as "largestAccountRequests", sum(faults)::int4 as faults,
         sum(timed)::int4 as "timedRequests",
         (count(*) filter (where timed > 0))::int4 as "timedAccounts",
         median as "medianFirstTokenMs", p95 as "p95FirstTokenMs"
       from by_account left join times using (model, region)
       group by model, region, median, p95`,
      [from, to, without.map((userId) => uuidOf('user', userId))],
    );
  }

  async add(tx: Tx, hour: Date, groups: readonly PublishedGroup[]): Promise<void> {
    if (groups.length === 0) return;
    await tx.execute(
      `insert into service_hour
         (hour, model, region, availability_permille, median_first_token_ms, p95_first_token_ms)
       select $1, * from unnest($2::text[], $3::text[], $4::int4[], $5::int4[], $6::int4[])`,
      [
        hour,
        groups.map(({ model }) => model),
        groups.map(({ region }) => region),
        groups.map(({ availabilityPermille }) => availabilityPermille),
        groups.map(({ medianFirstTokenMs }) => medianFirstTokenMs),
        groups.map(({ p95FirstTokenMs }) => p95FirstTokenMs),
      ],
    );
  }

  /** Newest first, then by model and region. */
  since(from: Date): Promise<ServiceHour[]> {
    return this.database.query<ServiceHour>(
      `select hour, model, region, availability_permille as "availabilityPermille",
         median_first_token_ms as "medianFirstTokenMs", p95_first_token_ms as "p95FirstTokenMs"
       from service_hour where hour >= $1 order by hour desc, model, region`,
      [from],
    );
  }

  async newestCounted(): Promise<Date | undefined> {
    const [row] = await this.database.query<{ hour: Date | null }>(
      'select max(hour) as hour from service_hour_counted',
    );
    return row?.hour ?? undefined;
  }

  async removeBefore(time: Date): Promise<void> {
    await this.database.execute('delete from service_hour where hour < $1', [time]);
    await this.database.execute('delete from service_hour_counted where hour < $1', [time]);
  }
}
