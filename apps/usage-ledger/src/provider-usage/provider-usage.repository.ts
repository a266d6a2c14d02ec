import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { ProviderUsage, ProviderUsageQuery } from './provider-usage.js';

const sums = [
  ['requests', 'requests'],
  ['input_tokens', 'inputTokens'],
  ['cache_read_tokens', 'cacheReadTokens'],
  ['cache_write_5m_tokens', 'cacheWrite5mTokens'],
  ['cache_write_1h_tokens', 'cacheWrite1hTokens'],
  ['output_tokens', 'outputTokens'],
  ['list_cost_nano_usd', 'listCostNanoUsd'],
  ['overrun_nano_usd', 'overrunNanoUsd'],
] as const;

const sumColumns = sums.map(([column]) => column);

const addSql = `
  insert into usage_provider_daily as kept (day, provider, model, ${sumColumns.join(', ')})
  select * from unnest($1::timestamptz[], $2::text[], $3::text[],
    ${sumColumns.map((_, index) => `$${index + 4}::int8[]`).join(', ')})
  on conflict (day, provider, model) do update set
    ${sumColumns.map((column) => `${column} = kept.${column} + excluded.${column}`).join(', ')}`;

@Injectable()
export class ProviderUsageRepository {
  constructor(private readonly database: Database) {}

  /** Adds sums of days; one that stands already grows by them. */
  async add(tx: Tx, usage: readonly ProviderUsage[]): Promise<void> {
    await tx.execute(addSql, [
      usage.map(({ day }) => day.toISOString()),
      usage.map(({ provider }) => provider),
      usage.map(({ model }) => model),
      ...sums.map(([, field]) => usage.map((one) => one[field])),
    ]);
  }

  /** At most `most` rows, by day, provider and model. */
  list({ from, to, provider }: ProviderUsageQuery, most: number): Promise<ProviderUsage[]> {
    return this.database.query<ProviderUsage>(
      `select day, provider, model, ${sums.map(([column, field]) => `${column} as "${field}"`).join(', ')}
       from usage_provider_daily
       where day >= $1 and day < $2 and ($3::text is null or provider = $3)
       order by day, provider, model
       limit $4`,
      [from, to, provider ?? null, most],
    );
  }
}
