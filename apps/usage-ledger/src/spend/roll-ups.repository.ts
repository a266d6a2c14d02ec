import { firstTokenBuckets } from './first-tokens.js';

export type RollUp = 'minute' | 'hour' | 'day';

/** The tables of sums, by the length of their periods; each has its period in a column of that name. */
export const rollUpTables: Readonly<Record<RollUp, string>> = {
  minute: 'usage_minutely',
  hour: 'usage_hourly',
  day: 'usage_daily',
};

export const rollUps = Object.keys(rollUpTables) as RollUp[];

/** What is summed: column and field. Beside these there is `first_tokens`, counts of which none is null. */
export const sums = [
  ['requests', 'requests'],
  ['input_tokens', 'inputTokens'],
  ['cache_read_tokens', 'cacheReadTokens'],
  ['cache_write_5m_tokens', 'cacheWrite5mTokens'],
  ['cache_write_1h_tokens', 'cacheWrite1hTokens'],
  ['output_tokens', 'outputTokens'],
  ['reasoning_tokens', 'reasoningTokens'],
  ['cost_nano_usd', 'costNanoUsd'],
  ['errors', 'errors'],
] as const;

/** The columns that tell sums apart, but for account, period, user and key. */
export const groupColumns = (rollUp: RollUp): string[] =>
  rollUp === 'minute' ? ['model'] : ['model', 'tags'];

const buckets = Array.from({ length: firstTokenBuckets }, (_, index) => index + 1);

/** The sum of `first_tokens` over rows, as an array of `type`; null where nothing was measured. */
export const sumOfFirstTokens = (type: 'int4' | 'float8'): string =>
  `case when count(first_tokens) > 0
     then array[${buckets.map((n) => `sum(first_tokens[${n}])`).join(', ')}]::${type}[] end`;

/** How a row that stands in a roll-up as `kept` takes one more in. */
export const mergeSql = `${sums.map(([column]) => `${column} = kept.${column} + excluded.${column}`).join(', ')},
  first_tokens = case when kept.first_tokens is null then excluded.first_tokens
    when excluded.first_tokens is null then kept.first_tokens
    else array[${buckets.map((n) => `kept.first_tokens[${n}] + excluded.first_tokens[${n}]`).join(', ')}] end`;
