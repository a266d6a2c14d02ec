import { complete, type Completion } from '../../generation/completion.js';
import type { PrefixCache } from '../../generation/prefix-cache.js';
import { type TokenCounts, totalInput } from '@modelbridge/contracts';
import { arrayOf, type JsonObject, objectOf } from '../../json.js';
import { newId, unixSeconds } from '../ids.js';
import type { Answer, ProviderRequest } from '../../provider-api.js';
import { OPENAI_CACHE_STEP } from './chat.js';
import { type OpenAiModel, openAiModel, requireRoom } from './openai-models.js';
import { effortTokens, invalid, outputCap } from './openai-requests.js';
import { outputItems } from './responses-items.js';
import {
  responsesOutputSchema,
  responsesToolChoice,
  responsesTools,
  scanResponsesInput,
} from './responses-prompt.js';
import { responseStream } from './responses-stream.js';

const MINIMUM_OUTPUT_TOKENS = 16;

/** `POST /v1/responses`. */
export function answerResponses(request: ProviderRequest, cache: PrefixCache): Answer {
  const { body } = request;
  const model = openAiModel(body.model);
  checkResponses(body);
  const maxOutputTokens = outputCap(body, 'max_output_tokens', {
    minimum: MINIMUM_OUTPUT_TOKENS,
    maximum: model.maxOutputTokens,
    fallback: model.maxOutputTokens,
  });
  const { scanner, directives, question } = scanResponsesInput(body, model.name, OPENAI_CACHE_STEP);
  requireRoom(model, scanner.tokens, 'input');
  const reasoning = objectOf(body.reasoning);
  const completion = complete({
    seed: scanner.prefix.key,
    directives,
    question,
    tools: responsesTools(body),
    toolChoice: responsesToolChoice(body),
    parallelToolCalls: body.parallel_tool_calls !== false,
    outputSchema: responsesOutputSchema(body),
    maxOutputTokens,
    stopSequences: [],
    reasoningTokens: effortTokens(reasoning.effort, defaultEffort(model), 'reasoning.effort'),
  });
  const cacheReadTokens = cache.readAndRemember(scanner.steps);
  const shown = request.reportUsage({
    inputTokens: scanner.tokens - cacheReadTokens,
    cacheReadTokens,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
    outputTokens: completion.outputTokens,
    reasoningTokens: completion.reasoningTokens,
  });
  const items = outputItems(completion, {
    summary: typeof reasoning.summary === 'string',
    encrypted: arrayOf(body.include).includes('reasoning.encrypted_content'),
  });
  const started = responseObject(body, model, defaultEffort(model));
  const finished = {
    ...started,
    ...ending(completion),
    output: items.map((item) => item.closed),
    usage: shown && responsesUsage(shown),
  };
  if (body.stream !== true) return { body: finished };
  return responseStream(started, finished, items);
}

function checkResponses(body: JsonObject): void {
  const { input, previous_response_id: previous } = body;
  if (typeof previous === 'string') {
    const message = `Previous response with id '${previous}' not found.`;
    throw invalid(message, 'previous_response_id', 'previous_response_not_found');
  }
  if (input === undefined) {
    const message = "Missing required parameter: 'input'.";
    throw invalid(message, 'input', 'missing_required_parameter');
  }
  if (typeof input !== 'string' && !Array.isArray(input)) {
    const message = "Invalid type for 'input': expected a string or an array of input items.";
    throw invalid(message, 'input', 'invalid_type');
  }
}

/** Codex models reason unless told not to. */
function defaultEffort(model: OpenAiModel): string {
  return model.chat ? 'none' : 'medium';
}

function responseObject(body: JsonObject, model: OpenAiModel, effort: string): JsonObject {
  const reasoning = objectOf(body.reasoning);
  return {
    id: newId('resp_'),
    object: 'response',
    created_at: unixSeconds(),
    status: 'in_progress',
    background: false,
    error: null,
    incomplete_details: null,
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    max_tool_calls: body.max_tool_calls ?? null,
    model: model.name,
    output: [],
    parallel_tool_calls: body.parallel_tool_calls !== false,
    previous_response_id: null,
    prompt_cache_key: body.prompt_cache_key ?? null,
    reasoning: { effort: reasoning.effort ?? effort, summary: reasoning.summary ?? null },
    safety_identifier: body.safety_identifier ?? null,
    service_tier: 'default',
    store: body.store !== false,
    temperature: body.temperature ?? 1,
    text: { format: { type: 'text' }, verbosity: 'medium', ...objectOf(body.text) },
    tool_choice: body.tool_choice ?? 'auto',
    tools: arrayOf(body.tools),
    top_logprobs: 0,
    top_p: body.top_p ?? 1,
    truncation: body.truncation ?? 'disabled',
    usage: null,
    user: body.user ?? null,
    metadata: objectOf(body.metadata),
  };
}

function ending({ stopReason }: Completion): JsonObject {
  return stopReason === 'length'
    ? { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }
    : { status: 'completed', completed_at: unixSeconds() };
}

function responsesUsage(counts: TokenCounts): JsonObject {
  const inputTokens = totalInput(counts);
  return {
    input_tokens: inputTokens,
    input_tokens_details: {
      cached_tokens: counts.cacheReadTokens,
      cache_write_tokens: counts.cacheWrite5mTokens + counts.cacheWrite1hTokens,
    },
    output_tokens: counts.outputTokens,
    output_tokens_details: { reasoning_tokens: counts.reasoningTokens },
    total_tokens: inputTokens + counts.outputTokens,
  };
}
