import type { WireFormat } from '../wire-format.js';
import type { Ignorable } from './upstream-profile.js';

type Names = readonly [chat: string, responses: string, messages: string];

/** What each API calls a field that an upstream may lack. */
const NAMES: Partial<Record<Ignorable, Names>> = {
  maxOutputTokens: ['max_completion_tokens', 'max_output_tokens', 'max_tokens'],
  topP: ['top_p', 'top_p', 'top_p'],
  topK: ['top_k', 'top_k', 'top_k'],
  stop: ['stop', 'stop', 'stop_sequences'],
  presencePenalty: ['presence_penalty', 'presence_penalty', 'presence_penalty'],
  frequencyPenalty: ['frequency_penalty', 'frequency_penalty', 'frequency_penalty'],
  logitBias: ['logit_bias', 'logit_bias', 'logit_bias'],
  logprobs: ['logprobs', 'include', 'logprobs'],
  topLogprobs: ['top_logprobs', 'top_logprobs', 'top_logprobs'],
  reasoning: ['reasoning_effort', 'reasoning', 'thinking'],
  format: ['response_format', 'text.format', 'output_config.format'],
  verbosity: ['verbosity', 'text.verbosity', 'verbosity'],
  serviceTier: ['service_tier', 'service_tier', 'service_tier'],
  promptCacheKey: ['prompt_cache_key', 'prompt_cache_key', 'prompt_cache_key'],
  parallelToolCalls: [
    'parallel_tool_calls',
    'parallel_tool_calls',
    'tool_choice.disable_parallel_tool_use',
  ],
  cacheControl: ['cache_control', 'cache_control', 'cache_control'],
  reasoningHistory: ['messages.reasoning_content', 'input.reasoning', 'messages.thinking'],
  unansweredCalls: ['messages.tool_calls', 'input.function_call', 'messages.tool_use'],
  resultsOfNoCall: ['messages.tool', 'input.function_call_output', 'messages.tool_result'],
  toolStrict: ['tools.strict', 'tools.strict', 'tools.strict'],
  formatStrict: [
    'response_format.json_schema.strict',
    'text.format.strict',
    'output_config.format.strict',
  ],
  user: ['user', 'user', 'metadata.user_id'],
};

/** The caller's own name of a field. */
export function fieldName(format: WireFormat, field: Ignorable): string {
  const names = NAMES[field];
  if (names === undefined) return field;
  return names[format === 'chat' ? 0 : format === 'responses' ? 1 : 2];
}
