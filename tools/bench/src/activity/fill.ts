import type pg from 'pg';

const MONTHS = 12;
const OTHER_ACCOUNTS = 998;

/** Months from `from` to `to` (exclusive), as a request id's first 48 bits count them. */
interface Month {
  partition: string;
  fromMs: number;
  toMs: number;
}

/** The twelve calendar months (UTC) that end with the current one, which is filled up to now. */
function lastMonths(now: Date): Month[] {
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
  return Array.from({ length: MONTHS }, (_, index) => {
    const from = new Date(Date.UTC(year, month - MONTHS + 1 + index));
    const to = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 1));
    const partition = `usage_request_${from.toISOString().slice(0, 7).replace('-', '_')}`;
    return { partition, fromMs: from.getTime(), toMs: to.getTime() };
  });
}

function smallestUuidAt(timeMs: number): string {
  const hex = timeMs.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

/** Who asks: an account with half of all requests, and one whose requests stay as many. */
export interface Accounts {
  large: string;
  steady: string;
}

export const STEADY_REQUESTS = 10_000;

/**
 * Replaces the ledger's contents by so many requests, spread evenly over the last twelve months, five
 * models and two keys of each account. Tables are filled before they get their indexes, which is much
 * faster.
 */
export async function fill(
  client: pg.Client,
  rows: number,
  accounts: Accounts,
  now: Date,
): Promise<void> {
  await client.query(`set synchronous_commit = off; set maintenance_work_mem = '256MB';
    set work_mem = '128MB'; set timezone = 'UTC'`);
  const months = lastMonths(now);
  for (const [index, month] of months.entries()) {
    await fillMonth(client, month, {
      first: Math.floor((rows * index) / MONTHS),
      last: Math.floor((rows * (index + 1)) / MONTHS) - 1,
      endMs: Math.min(month.toMs, now.getTime()),
      steadyEvery: Math.max(3, Math.floor(rows / STEADY_REQUESTS) | 1),
      accounts,
    });
  }
  await client.query('truncate usage_hourly');
  await client.query(`
    insert into usage_hourly (account_id, hour, user_id, key_id, model, requests, input_tokens, cache_read_tokens,
      cache_write_5m_tokens, cache_write_1h_tokens, output_tokens, reasoning_tokens, cost_nano_usd)
    select account_id, date_trunc('hour', completed_at, 'UTC'), user_id, key_id, model, count(*),
      sum(input_tokens), sum(cache_read_tokens), sum(cache_write_5m_tokens),
      sum(cache_write_1h_tokens), sum(output_tokens), sum(reasoning_tokens), sum(cost_nano_usd)
    from usage_request group by 1, 2, 3, 4, 5`);
  await client.query('truncate usage_daily');
  await client.query(`
    insert into usage_daily (account_id, day, user_id, key_id, model, requests, input_tokens, cache_read_tokens,
      cache_write_5m_tokens, cache_write_1h_tokens, output_tokens, reasoning_tokens, cost_nano_usd)
    select account_id, date_trunc('day', hour, 'UTC'), user_id, key_id, model, sum(requests),
      sum(input_tokens), sum(cache_read_tokens), sum(cache_write_5m_tokens),
      sum(cache_write_1h_tokens), sum(output_tokens), sum(reasoning_tokens), sum(cost_nano_usd)
    from usage_hourly group by 1, 2, 3, 4, 5`);
  await client.query('update ledger_head set ledger_sequence = $1', [rows]);
  await client.query('vacuum (analyze) usage_request');
  await client.query('vacuum (analyze) usage_hourly');
  await client.query('vacuum (analyze) usage_daily');
}

async function fillMonth(
  client: pg.Client,
  { partition, fromMs, toMs }: Month,
  rows: { first: number; last: number; endMs: number; steadyEvery: number; accounts: Accounts },
): Promise<void> {
  await client.query(`drop table if exists ${partition}`);
  await client.query(
    `create table ${partition} (like usage_request including defaults including constraints)`,
  );
  await client.query(
    `insert into ${partition}
     select
       (lpad(to_hex(ms), 12, '0') || '7' || substr(digest, 1, 3) || '8' || substr(digest, 4, 15))::uuid,
       i + 1, '00000000-0000-4000-8000-000000000000', i + 1, '\\x00', null,
       to_timestamp(ms / 1000.0), to_timestamp(ms / 1000.0),
       account, account, null, overlay(account::text placing (i % 4 / 2)::text from 36)::uuid,
       '\\x00', 'model-' || i % 5, 'selfhosted', 'us-east', 'chat_completions', 200, 'completed',
       'stop', null, false, false, 200, 0, 0, 0, 40, 0, 240000, '2026-01', 250
     from (
       select i, ms, md5(i::text) as digest,
         case when i % 2 = 0 then $5::uuid
              when i % $7 = 1 then $6::uuid
              else ('00000000-0000-7000-8000-' || lpad(to_hex(i / 2 % ${OTHER_ACCOUNTS}), 10, '0') || '00')::uuid
         end as account
       from generate_series($1::int8, $2::int8) as i,
         lateral (select $3::int8 + ($4::int8 - $3) * (i - $1) / ($2 - $1 + 1) as ms)
     )`,
    [
      ...[rows.first, rows.last, fromMs, rows.endMs],
      ...[rows.accounts.large, rows.accounts.steady, rows.steadyEvery],
    ],
  );
  await client.query(
    `alter table usage_request attach partition ${partition}
     for values from ('${smallestUuidAt(fromMs)}') to ('${smallestUuidAt(toMs)}')`,
  );
}
