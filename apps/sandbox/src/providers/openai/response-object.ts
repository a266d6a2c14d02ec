import { arrayOf, type JsonObject, objectOf } from '../../json.js';
import { newId, unixSeconds } from '../ids.js';
import type { OpenAiModel } from './openai-models.js';

/** A response as it starts, with what the request asked for filled up with the defaults. */
export function responseObject(body: JsonObject, model: OpenAiModel, effort: string): JsonObject {
  const reasoning = objectOf(body.reasoning);
  return {
    id: newId('resp_'),
    object: 'response',
    created_at: unixSeconds(),
    completed_at: null,
    status: 'in_progress',
    background: false,
    error: null,
    frequency_penalty: 0,
    incomplete_details: null,
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    max_tool_calls: body.max_tool_calls ?? null,
    model: model.name,
    output: [],
    parallel_tool_calls: body.parallel_tool_calls !== false,
    presence_penalty: 0,
    previous_response_id: null,
    prompt_cache_key: body.prompt_cache_key ?? null,
    reasoning: { effort: reasoning.effort ?? effort, summary: reasoning.summary ?? null },
    safety_identifier: body.safety_identifier ?? null,
    service_tier: 'default',
    store: body.store !== false,
    temperature: body.temperature ?? 1,
    text: { format: { type: 'text' }, verbosity: 'medium', ...objectOf(body.text) },
    tool_choice: body.tool_choice ?? 'auto',
    tools: arrayOf(body.tools).map(objectOf).map(shownTool),
    top_logprobs: 0,
    top_p: body.top_p ?? 1,
    truncation: body.truncation ?? 'disabled',
    usage: null,
    user: body.user ?? null,
    metadata: objectOf(body.metadata),
  };
}

/** A function is strict unless its caller says otherwise. */
function shownTool(tool: JsonObject): JsonObject {
  return tool.type === 'function' ? { description: null, strict: true, ...tool } : tool;
}
