import type { RecordedRequest } from '@modelbridge/contracts/events';

/**
 * `money` is an integer of billionths of a US dollar, beyond what a number holds exactly; `decimal` a number that was
 * written as text already.
 */
export type ColumnKind = 'text' | 'time' | 'flag' | 'count' | 'money' | 'decimal';

export interface Column {
  name: string;
  kind: ColumnKind;
  /** Times in ISO 8601, UTC; money as the decimal string of an integer. */
  readonly value: (request: RecordedRequest) => string | number | boolean | null;
}

const column = (name: string, kind: ColumnKind, value: Column['value']): Column => ({
  name,
  kind,
  value,
});

/** As the API names them. */
export const requestColumns: readonly Column[] = [
  column('id', 'text', ({ requestId }) => requestId),
  column('created_at', 'time', ({ startedAt }) => startedAt),
  column('completed_at', 'time', ({ completedAt }) => completedAt),
  column('model', 'text', ({ model }) => model),
  column('provider', 'text', ({ provider }) => provider),
  column('region', 'text', ({ region }) => region),
  column('api', 'text', ({ api }) => api),
  column('status', 'count', ({ status }) => status),
  column('outcome', 'text', ({ outcome }) => outcome),
  column('finish_reason', 'text', ({ finishReason }) => finishReason),
  column('error_class', 'text', ({ errorClass }) => errorClass),
  column('streamed', 'flag', ({ streamed }) => streamed),
  column('estimated', 'flag', ({ estimated }) => estimated),
  column('input_tokens', 'count', ({ inputTokens }) => inputTokens),
  column('output_tokens', 'count', ({ outputTokens }) => outputTokens),
  column('reasoning_tokens', 'count', ({ reasoningTokens }) => reasoningTokens),
  column('cache_read_tokens', 'count', ({ cacheReadTokens }) => cacheReadTokens),
  column('cache_write_5m_tokens', 'count', ({ cacheWrite5mTokens }) => cacheWrite5mTokens),
  column('cache_write_1h_tokens', 'count', ({ cacheWrite1hTokens }) => cacheWrite1hTokens),
  column('cost_nano_usd', 'money', ({ costNanoUsd }) => costNanoUsd),
  column('cost_usd', 'decimal', ({ costNanoUsd }) => usd(costNanoUsd)),
  column('price_version', 'text', ({ priceVersion }) => priceVersion),
  column('time_to_first_token_ms', 'count', ({ timeToFirstTokenMs }) => timeToFirstTokenMs),
  column('key_id', 'text', ({ keyId }) => keyId),
  column('user_id', 'text', ({ userId }) => userId),
  column('team_id', 'text', ({ teamId }) => teamId),
];

/** Those of a table: a column for each of these tags, and one for all others as a JSON object. */
export function tableColumns(tagNames: readonly string[]): readonly Column[] {
  const own = new Set(tagNames);
  return [
    ...requestColumns,
    ...tagNames.map((name) => column(`tag.${name}`, 'text', ({ tags }) => tags?.[name] ?? null)),
    column('other_tags', 'text', ({ tags }) => {
      const others = Object.entries(tags ?? {}).filter(([name]) => !own.has(name));
      return others.length === 0 ? null : JSON.stringify(Object.fromEntries(others));
    }),
  ];
}

/** US dollars with all nine decimals. */
function usd(nanoUsd: string): string {
  const digits = nanoUsd.padStart(10, '0');
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
}
