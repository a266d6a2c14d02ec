import { readMember, type BodyScan } from '@modelbridge/llm-wire';
import { badField } from '../errors/request-error.js';

/**
 * Members of chat bodies that servers of open models obey and OpenAI's API does not have, where they
 * change the prompt, or how long or dear a reply gets whatever its cap is. Refused in words; what is
 * in neither list never reaches such a server.
 */
export const refusedEngineMembers: ReadonlySet<string> = new Set(
  (
    'best_of use_beam_search n_predict n_cmpl n_keep n_discard n_probs min_tokens ignore_eos echo ' +
    'chat_template add_generation_prompt continue_final_message add_special_tokens documents ' +
    'truncate_prompt_tokens truncation_side prompt_logprobs prompt_embeds mm_processor_kwargs ' +
    'media_io_kwargs input_ids input_embeds input_prefix input_suffix image_data ' +
    'structured_outputs guided_json guided_regex guided_choice guided_grammar grammar json_schema ' +
    'regex ebnf stop_regex allowed_token_ids logits_processors custom_logit_processor custom_params ' +
    'vllm_xargs kv_transfer_params session_params lora lora_path id_slot priority'
  ).split(' '),
);

/** What a server of open models gets of a chat body: OpenAI's own members, and sampling. */
export const engineMembers: ReadonlySet<string> = new Set(
  (
    'model messages stream stream_options max_tokens max_completion_tokens n temperature top_p stop ' +
    'presence_penalty frequency_penalty logit_bias logprobs top_logprobs seed tools tool_choice ' +
    'parallel_tool_calls functions function_call response_format reasoning_effort verbosity user ' +
    'metadata store service_tier modalities prompt_cache_key safety_identifier ' +
    'top_k min_p repetition_penalty stop_token_ids bad_words include_stop_str_in_output ' +
    'include_reasoning thinking thinking_token_budget chat_template_kwargs timings_per_token'
  ).split(' '),
);

/** What a chat template may be told: how to think. Anything else could write the prompt. */
const templateFlags = new Set(
  'thinking enable_thinking clear_thinking preserve_thinking reasoning_effort'.split(' '),
);

/** Throws 400 naming the member. */
export function refuseEngineMembers(body: Buffer, scan: BodyScan): void {
  for (const name of scan.members.keys()) {
    if (!refusedEngineMembers.has(name) || saysNothing(name, readMember(body, scan, name)))
      continue;
    throw badField(name, `'${name}' is not supported here: leave it out.`, 'unsupported_parameter');
  }
  if (!scan.members.has('chat_template_kwargs')) return;
  const flags: unknown = readMember(body, scan, 'chat_template_kwargs') ?? {};
  if (typeof flags !== 'object' || Array.isArray(flags)) {
    throw badField('chat_template_kwargs', "'chat_template_kwargs' must be an object.");
  }
  for (const [name, value] of Object.entries(flags as object)) {
    if (templateFlags.has(name) && (value === null || typeof value !== 'object')) continue;
    throw badField(
      `chat_template_kwargs.${name.slice(0, 64)}`,
      `'chat_template_kwargs' may have ${[...templateFlags].join(', ')} here, and nothing else.`,
      'unsupported_parameter',
    );
  }
}

/** Clients of such servers send these where they want nothing. */
function saysNothing(name: string, value: unknown): boolean {
  if (name === 'add_generation_prompt') return value === null || value === true;
  return value === null || value === false || value === 0;
}
