import { complete, type Completion } from '../../generation/completion.js';
import type { PrefixScanner } from '../../generation/prefix-scanner.js';
import type { PrefixCache } from '../../generation/prefix-cache.js';
import { type TokenCounts, totalInput } from '@modelbridge/contracts';
import { arrayOf, type JsonObject, objectOf } from '../../json.js';
import { newId, unixSeconds } from '../ids.js';
import type { Answer, ProviderRequest } from '../../provider-api.js';
import type { ScannedPrompt } from '../chat-completions/chat-prompt.js';
import { OPENAI_CACHE_STEP } from './chat.js';
import { asksForCompaction, compactionItem } from './compaction.js';
import { checkShape } from './openai-checks.js';
import { type OpenAiModel, openAiModel, requireRoom } from './openai-models.js';
import { effortTokens, invalid, outputCap } from './openai-requests.js';
import { type OutputItem, outputItems } from './responses-items.js';
import { responseObject } from './response-object.js';
import {
  inputItems,
  responsesOutputSchema,
  responsesToolChoice,
  responsesTools,
  scanResponsesInput,
} from './responses-prompt.js';
import { checkResponsesRules } from './responses-rules.js';
import { COMPACT_REQUEST, INPUT_TOKENS_REQUEST, RESPONSES_REQUEST } from './responses-shapes.js';
import { responseStream } from './responses-stream.js';

const MINIMUM_OUTPUT_TOKENS = 16;

interface Generated {
  items: OutputItem[];
  outputTokens: number;
  reasoningTokens: number;
  /** How the response ends. */
  ending: JsonObject;
}

/** `POST /v1/responses`. */
export function answerResponses(request: ProviderRequest, cache: PrefixCache): Answer {
  const { body } = request;
  const model = openAiModel(body.model);
  requireInput(body);
  checkShape(body, RESPONSES_REQUEST);
  checkResponsesRules(body);
  const scanned = scanResponsesInput(body, model.name, OPENAI_CACHE_STEP);
  requireRoom(model, scanned.scanner.tokens, 'input');
  const generated = asksForCompaction(inputItems(body.input))
    ? compacted(scanned.scanner.prefix.key)
    : generate(body, model, scanned);
  const usage = reportedUsage(request, scanned.scanner, cache, generated);
  const started = responseObject(body, model, defaultEffort(model));
  const finished = {
    ...started,
    ...generated.ending,
    output: generated.items.map((item) => item.closed),
    usage,
  };
  if (body.stream !== true) return { body: finished };
  return responseStream(started, finished, generated.items);
}

function generate(body: JsonObject, model: OpenAiModel, scanned: ScannedPrompt): Generated {
  const { scanner, directives, question } = scanned;
  const maxOutputTokens = outputCap(body, 'max_output_tokens', {
    minimum: MINIMUM_OUTPUT_TOKENS,
    maximum: model.maxOutputTokens,
    fallback: model.maxOutputTokens,
  });
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
  const items = outputItems(completion, {
    summary: typeof reasoning.summary === 'string',
    encrypted: arrayOf(body.include).includes('reasoning.encrypted_content'),
  });
  return { ...completion, items, ending: ending(completion) };
}

function compacted(seed: number): Generated {
  const item = compactionItem(seed);
  const outputTokens = item.block.tokens.length;
  return { items: [item], outputTokens, reasoningTokens: 0, ending: completed() };
}

/** `POST /v1/responses/input_tokens`. */
export function answerInputTokens({ body }: ProviderRequest): Answer {
  const model = openAiModel(body.model);
  requireInput(body);
  checkShape(body, INPUT_TOKENS_REQUEST);
  checkResponsesRules(body);
  const { scanner } = scanResponsesInput(body, model.name, OPENAI_CACHE_STEP);
  return { body: { object: 'response.input_tokens', input_tokens: scanner.tokens } };
}

/** `POST /v1/responses/compact`: the person's messages stay, one sealed item stands for the rest. */
export function answerCompact(request: ProviderRequest, cache: PrefixCache): Answer {
  const { body } = request;
  const model = openAiModel(body.model);
  requireInput(body);
  checkShape(body, COMPACT_REQUEST);
  checkResponsesRules(body);
  const { scanner } = scanResponsesInput(body, model.name, OPENAI_CACHE_STEP);
  requireRoom(model, scanner.tokens, 'input');
  const generated = compacted(scanner.prefix.key);
  const kept = inputItems(body.input).filter((item) => item.role === 'user');
  const messages = kept.map(({ role, content }) => ({
    id: newId('msg_'),
    type: 'message',
    status: 'completed',
    role,
    content: typeof content === 'string' ? [{ type: 'input_text', text: content }] : content,
  }));
  const usage = reportedUsage(request, scanner, cache, generated);
  const output = [...messages, ...generated.items.map((item) => item.closed)];
  const head = { id: newId('resp_'), object: 'response.compaction', created_at: unixSeconds() };
  return { body: { ...head, output, usage } };
}

function reportedUsage(
  request: ProviderRequest,
  scanner: PrefixScanner,
  cache: PrefixCache,
  { outputTokens, reasoningTokens }: Generated,
): JsonObject | null {
  const cacheReadTokens = cache.readAndRemember(scanner.steps);
  const shown = request.reportUsage({
    inputTokens: scanner.tokens - cacheReadTokens,
    cacheReadTokens,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
    outputTokens,
    reasoningTokens,
  });
  return shown && responsesUsage(shown);
}

function requireInput({ input, previous_response_id: previous }: JsonObject): void {
  if (typeof previous === 'string') {
    const message = `Previous response with id '${previous}' not found.`;
    throw invalid(message, 'previous_response_id', 'previous_response_not_found');
  }
  if (input !== undefined && input !== null) return;
  const message = "Missing required parameter: 'input'.";
  throw invalid(message, 'input', 'missing_required_parameter');
}

/** Codex models reason unless told not to. */
function defaultEffort(model: OpenAiModel): string {
  return model.chat ? 'none' : 'medium';
}

function ending({ stopReason }: Completion): JsonObject {
  return stopReason === 'length'
    ? { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }
    : completed();
}

function completed(): JsonObject {
  return { status: 'completed', completed_at: unixSeconds() };
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
