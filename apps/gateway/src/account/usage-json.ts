import { z } from 'zod';
import { idSchema, inTagOrder, tagsSchema } from '@modelbridge/contracts';
import type { RequestRecord } from '@modelbridge/contracts/usage_ledger.v1';
import { nanoUsd, time } from '../operations/schemas.js';

export const usage = z
  .object({
    id: idSchema('request'),
    object: z.literal('usage'),
    created_at: time.nullable(),
    completed_at: time.nullable(),
    model: z.string(),
    provider: z.string().nullable(),
    region: z.string().nullable(),
    api: z.string(),
    status: z.int().describe('The HTTP status that the caller saw.'),
    outcome: z
      .string()
      .describe('completed, failed, caller_gone, upstream_cut, timed_out, shut_down or crashed.'),
    finish_reason: z.string().nullable(),
    error_class: z.string().nullable(),
    streamed: z.boolean(),
    estimated: z
      .boolean()
      .describe('ModelBridge counted the tokens, because the provider reported none.'),
    input_tokens: z.int().describe('Uncached input only: the counts are disjoint.'),
    output_tokens: z.int(),
    reasoning_tokens: z.int().describe('A part of output_tokens.'),
    cache_read_tokens: z.int(),
    cache_write_tokens: z.int(),
    cost_nano_usd: nanoUsd,
    price_version: z.string(),
    time_to_first_token_ms: z.int().nullable(),
    key_id: idSchema('key'),
    user_id: idSchema('user'),
    team_id: idSchema('team').nullable(),
    tags: tagsSchema.describe('What x-modelbridge-tags of the request said.'),
  })
  .meta({ id: 'Usage' });
type Usage = z.output<typeof usage>;

export function usageJson(request: RequestRecord): Usage {
  return {
    id: request.requestId,
    object: 'usage',
    created_at: request.startedAt?.toISOString() ?? null,
    completed_at: request.completedAt?.toISOString() ?? null,
    model: request.model,
    provider: request.provider === '' ? null : request.provider,
    region: request.region === '' ? null : request.region,
    api: request.api,
    status: request.status,
    outcome: request.outcome,
    finish_reason: request.finishReason === '' ? null : request.finishReason,
    error_class: request.errorClass === '' ? null : request.errorClass,
    streamed: request.streamed,
    estimated: request.estimated,
    input_tokens: Number(request.inputTokens),
    output_tokens: Number(request.outputTokens),
    reasoning_tokens: Number(request.reasoningTokens),
    cache_read_tokens: Number(request.cacheReadTokens),
    cache_write_tokens: Number(request.cacheWrite5mTokens + request.cacheWrite1hTokens),
    cost_nano_usd: request.costNanoUsd.toString(),
    price_version: request.priceVersion,
    time_to_first_token_ms: request.timeToFirstTokenMs ?? null,
    key_id: request.keyId,
    user_id: request.userId,
    team_id: request.teamId ?? null,
    tags: inTagOrder(request.tags),
  };
}
