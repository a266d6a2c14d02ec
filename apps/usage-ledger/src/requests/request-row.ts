import { idFromUuid, inTagOrder, type Tags } from '@modelbridge/contracts';
import type { RecordedRequest, RequestOutcome } from '@modelbridge/contracts/events';

/** A row of usage_request, as Postgres answers it. */
export interface RequestRow {
  request_id: string;
  ledger_sequence: bigint;
  gateway_epoch: string;
  sequence: bigint;
  allowance_id: string | null;
  started_at: Date;
  completed_at: Date;
  account_id: string;
  user_id: string;
  team_id: string | null;
  key_id: string;
  key_hash: Buffer;
  model: string;
  provider: string | null;
  region: string | null;
  api: RecordedRequest['api'];
  status: number;
  outcome: RequestOutcome;
  finish_reason: string | null;
  error_class: string | null;
  streamed: boolean;
  estimated: boolean;
  input_tokens: bigint;
  cache_read_tokens: bigint;
  cache_write_5m_tokens: bigint;
  cache_write_1h_tokens: bigint;
  output_tokens: bigint;
  reasoning_tokens: bigint;
  cost_nano_usd: bigint;
  price_version: string;
  time_to_first_token_ms: bigint | null;
  tags: Tags | null;
}

export function fromRow(row: RequestRow): RecordedRequest {
  return {
    requestId: idFromUuid('request', row.request_id),
    ledgerSequence: Number(row.ledger_sequence),
    gatewayEpoch: row.gateway_epoch,
    sequence: Number(row.sequence),
    allowanceId: row.allowance_id === null ? null : idFromUuid('allowance', row.allowance_id),
    startedAt: row.started_at.toISOString(),
    completedAt: row.completed_at.toISOString(),
    accountId: idFromUuid('account', row.account_id),
    userId: idFromUuid('user', row.user_id),
    teamId: row.team_id === null ? null : idFromUuid('team', row.team_id),
    keyId: idFromUuid('key', row.key_id),
    keyHash: row.key_hash.toString('hex'),
    model: row.model,
    provider: row.provider,
    region: row.region,
    api: row.api,
    status: row.status,
    outcome: row.outcome,
    finishReason: row.finish_reason,
    errorClass: row.error_class,
    streamed: row.streamed,
    estimated: row.estimated,
    inputTokens: Number(row.input_tokens),
    cacheReadTokens: Number(row.cache_read_tokens),
    cacheWrite5mTokens: Number(row.cache_write_5m_tokens),
    cacheWrite1hTokens: Number(row.cache_write_1h_tokens),
    outputTokens: Number(row.output_tokens),
    reasoningTokens: Number(row.reasoning_tokens),
    costNanoUsd: row.cost_nano_usd.toString(),
    priceVersion: row.price_version,
    timeToFirstTokenMs:
      row.time_to_first_token_ms === null ? null : Number(row.time_to_first_token_ms),
    ...(row.tags && { tags: inTagOrder(row.tags) }),
  };
}
