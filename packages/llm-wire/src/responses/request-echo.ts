import { isObject, type JsonObject } from '../json.js';

/** The members of a request that its response repeats, with what stands for an absent one. */
export const ECHO_OF_NOTHING: Readonly<JsonObject> = {
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  metadata: {},
  parallel_tool_calls: true,
  previous_response_id: null,
  prompt_cache_key: null,
  reasoning: { effort: null, summary: null },
  safety_identifier: null,
  service_tier: 'default',
  temperature: 1,
  presence_penalty: 0,
  frequency_penalty: 0,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_logprobs: 0,
  top_p: 1,
  truncation: 'disabled',
  user: null,
};

/** Members of members that a response has even where the request left them out. */
const FILLED: Readonly<Record<string, (value: unknown) => unknown>> = {
  reasoning: (value) => under(ECHO_OF_NOTHING['reasoning'], value),
  text: (value) => under(ECHO_OF_NOTHING['text'], value),
  tools: (value) => (Array.isArray(value) ? value.map(toolEcho) : value),
  tool_choice: (value) => (isAllowedTools(value) ? under({ mode: 'auto' }, value) : value),
};

/** The part of a request that its response repeats; the input, by far the largest, is not. */
export function echoOf(request: JsonObject): JsonObject {
  const echo: JsonObject = {};
  for (const [key, absent] of Object.entries(ECHO_OF_NOTHING)) {
    const value = request[key] ?? absent;
    echo[key] = FILLED[key]?.(value) ?? value;
  }
  return echo;
}

function toolEcho(tool: unknown): unknown {
  const isFunction = isObject(tool) && tool['type'] === 'function';
  return isFunction ? under({ description: null, parameters: null, strict: null }, tool) : tool;
}

function isAllowedTools(choice: unknown): boolean {
  return isObject(choice) && choice['type'] === 'allowed_tools';
}

function under(defaults: unknown, value: unknown): unknown {
  return isObject(value) ? { ...(defaults as JsonObject), ...value } : value;
}
