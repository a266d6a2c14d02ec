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
    input_tokens_details: { cached_tokens: usage.cacheReadTokens ?? 0, ...writes(usage) },
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
  };
}

function thinking({ reasoningTokens }: ReportedUsage): JsonObject {
  if (reasoningTokens === undefined) return {};
  return { output_tokens_details: { thinking_tokens: reasoningTokens } };
}

/** OpenAI has no field for cache writes; other vendors of its format use this one. */
function writes(usage: ReportedUsage): JsonObject {
  const written = (usage.cacheWrite5mTokens ?? 0) + (usage.cacheWrite1hTokens ?? 0);
  return written > 0 ? { cache_write_tokens: written } : {};
}
