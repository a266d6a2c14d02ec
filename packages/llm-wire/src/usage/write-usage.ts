import type { JsonObject } from '../json.js';
import { totalInput } from '@modelbridge/contracts';
import type { ReportedUsage } from './token-usage.js';

export function chatUsage(usage: ReportedUsage): JsonObject {
  const prompt = totalInput(usage);
  const output = usage.outputTokens ?? 0;
  return {
    prompt_tokens: prompt,
    completion_tokens: output,
    total_tokens: prompt + output,
    prompt_tokens_details: { cached_tokens: usage.cacheReadTokens ?? 0, ...writes(usage) },
    completion_tokens_details: { reasoning_tokens: usage.reasoningTokens ?? 0 },
  };
}

export function responsesUsage(usage: ReportedUsage): JsonObject {
  const input = totalInput(usage);
  const output = usage.outputTokens ?? 0;
  return {
    input_tokens: input,
    input_tokens_details: {
      cached_tokens: usage.cacheReadTokens ?? 0,
      cache_write_tokens: writtenTokens(usage),
    },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens ?? 0 },
    total_tokens: input + output,
  };
}

export function anthropicUsage(usage: ReportedUsage): JsonObject {
  const write5m = usage.cacheWrite5mTokens ?? 0;
  const write1h = usage.cacheWrite1hTokens ?? 0;
  return {
    input_tokens: usage.inputTokens ?? 0,
    cache_creation_input_tokens: write5m + write1h,
    cache_read_input_tokens: usage.cacheReadTokens ?? 0,
    cache_creation: { ephemeral_5m_input_tokens: write5m, ephemeral_1h_input_tokens: write1h },
    output_tokens: usage.outputTokens ?? 0,
    ...thinking(usage),
    // Members without which typed clients take a message for none.
    server_tool_use: null,
    service_tier: null,
    inference_geo: null,
  };
}

function thinking({ reasoningTokens }: ReportedUsage): JsonObject {
  if (reasoningTokens === undefined) return {};
  return { output_tokens_details: { thinking_tokens: reasoningTokens } };
}

/** Chat's field is optional, and absent where nothing was written. */
function writes(usage: ReportedUsage): JsonObject {
  const cache_write_tokens = writtenTokens(usage);
  return cache_write_tokens > 0 ? { cache_write_tokens } : {};
}

function writtenTokens(usage: ReportedUsage): number {
  return (usage.cacheWrite5mTokens ?? 0) + (usage.cacheWrite1hTokens ?? 0);
}
