import type { RequestRecord } from '@modelbridge/contracts/usage_ledger.v1';
import type { Model } from '@modelbridge/contracts/routing.v1';
import type { RequestDetail, RequestRow } from '@modelbridge/dashboard-api';

/** What people call the keys and members whose requests these are. */
export interface Names {
  keys: ReadonlyMap<string, string>;
  members: ReadonlyMap<string, string>;
}

export function requestJson(record: RequestRecord, { keys, members }: Names): RequestRow {
  const text = (value: string): string | null => (value === '' ? null : value);
  return {
    id: record.requestId,
    created_at: (record.startedAt ?? new Date(0)).toISOString(),
    completed_at: (record.completedAt ?? new Date(0)).toISOString(),
    model: record.model,
    provider: text(record.provider),
    region: text(record.region),
    api: record.api,
    status: record.status,
    outcome: record.outcome,
    finish_reason: text(record.finishReason),
    error_class: text(record.errorClass),
    streamed: record.streamed,
    estimated: record.estimated,
    input_tokens: Number(record.inputTokens),
    cache_read_tokens: Number(record.cacheReadTokens),
    cache_write_5m_tokens: Number(record.cacheWrite5mTokens),
    cache_write_1h_tokens: Number(record.cacheWrite1hTokens),
    output_tokens: Number(record.outputTokens),
    reasoning_tokens: Number(record.reasoningTokens),
    cost_nano_usd: record.costNanoUsd.toString(),
    time_to_first_token_ms: record.timeToFirstTokenMs ?? null,
    key_id: record.keyId,
    key_name: keys.get(record.keyId) ?? null,
    user_id: record.userId,
    user_name: members.get(record.userId) ?? null,
  };
}

/** The sum that makes the cost; null where the catalog holds another version of the price, or does not know the model. */
export function priceJson(record: RequestRecord, model: Model | undefined): RequestDetail['price'] {
  const price = model?.price;
  if (price === undefined || price.version !== record.priceVersion) return null;
  const input =
    Number(record.inputTokens) +
    Number(record.cacheReadTokens) +
    Number(record.cacheWrite5mTokens) +
    Number(record.cacheWrite1hTokens);
  // A tier applies to all tokens of a request.
  const tier = price.tiers.findLast(({ aboveInputTokens }) => input > Number(aboveInputTokens));
  const base = tier ?? price.tiers[0];
  if (base === undefined) return null;
  const lines = [
    ['input', record.inputTokens, base.inputPicoUsd],
    ['cache_read', record.cacheReadTokens, base.cacheReadPicoUsd],
    ['cache_write_5m', record.cacheWrite5mTokens, base.cacheWrite5mPicoUsd],
    ['cache_write_1h', record.cacheWrite1hTokens, base.cacheWrite1hPicoUsd],
    ['output', record.outputTokens, base.outputPicoUsd],
  ] as const;
  return {
    lines: lines
      .filter(([, tokens]) => Number(tokens) > 0)
      .map(([token_class, tokens, picoUsd]) => ({
        token_class,
        tokens: Number(tokens),
        pico_usd_per_token: String(picoUsd),
      })),
  };
}
