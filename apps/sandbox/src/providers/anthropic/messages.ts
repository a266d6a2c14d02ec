import type { BreakpointCache } from '../../generation/breakpoint-cache.js';
import { complete } from '../../generation/completion.js';
import { arrayOf, integerOf, type JsonObject, objectOf, stringOf } from '../../json.js';
import { newId } from '../ids.js';
import type { Answer, ProviderRequest } from '../../provider-api.js';
import { anthropicErrorBody } from './anthropic-errors.js';
import { checkRequest } from './anthropic-checks.js';
import { type AnthropicModel, anthropicModel, invalidRequest } from './anthropic-models.js';
import { requireNoSampling } from './anthropic-requests.js';
import { INTERLEAVED_THINKING, requestedBetas } from './betas.js';
import {
  messagesOutputSchema,
  messagesToolChoice,
  messagesTools,
  scanMessages,
} from './messages-prompt.js';
import { messageBody, messageFrames } from './messages-reply.js';
import { COUNT_REQUEST, MESSAGES_REQUEST } from './request-shapes.js';

const THINKING_TOKENS = 64;

/** `POST /v1/messages`. */
export function answerMessages(request: ProviderRequest, cache: BreakpointCache): Answer {
  const { body } = request;
  const model = anthropicModel(body.model);
  requireNoSampling(request);
  checkRequest(request, MESSAGES_REQUEST);
  requireMessages(body);
  const maxTokens = outputCap(body, model);
  const thinking = thinkingTokens(request, maxTokens);
  const scanned = scanMessages(body, model.name);
  requireRoom(scanned.tokens, model);
  const completion = complete({
    seed: scanned.seed,
    directives: scanned.directives,
    question: scanned.question,
    tools: messagesTools(body),
    toolChoice: messagesToolChoice(body),
    parallelToolCalls: objectOf(body.tool_choice).disable_parallel_tool_use !== true,
    outputSchema: messagesOutputSchema(body),
    maxOutputTokens: maxTokens,
    stopSequences: arrayOf(body.stop_sequences).map(stringOf),
    reasoningTokens: thinking,
  });
  const cached = cache.use(scanned.blocks, model.minimumCachedTokens);
  const usage = request.reportUsage({
    inputTokens: scanned.tokens - cached.read - cached.write5m - cached.write1h,
    cacheReadTokens: cached.read,
    cacheWrite5mTokens: cached.write5m,
    cacheWrite1hTokens: cached.write1h,
    outputTokens: completion.outputTokens,
    reasoningTokens: completion.reasoningTokens,
  });
  const reply = { id: newId('msg_'), model: model.name, completion, usage };
  if (body.stream !== true) return { body: messageBody(reply) };
  return {
    frames: messageFrames(reply),
    errorFrame: (error) => {
      const data = JSON.stringify(anthropicErrorBody(error, request.requestId));
      return `event: error\ndata: ${data}\n\n`;
    },
  };
}

/** `POST /v1/messages/count_tokens`. */
export function answerCountTokens(request: ProviderRequest): Answer {
  const { body } = request;
  const model = anthropicModel(body.model);
  checkRequest(request, COUNT_REQUEST);
  requireMessages(body);
  return { body: { input_tokens: scanMessages(body, model.name).tokens } };
}

function requireMessages({ messages }: JsonObject): void {
  if (arrayOf(messages).length > 0) return;
  throw invalidRequest('messages: at least one message is required');
}

function outputCap(body: JsonObject, model: AnthropicModel): number {
  const cap = integerOf(body.max_tokens) ?? 0;
  if (cap > model.maxOutputTokens) {
    throw invalidRequest(
      `max_tokens: ${cap} > ${model.maxOutputTokens}, which is the maximum allowed number of ` +
        `output tokens for ${model.name}`,
    );
  }
  return cap;
}

function thinkingTokens({ body, headers }: ProviderRequest, maxTokens: number): number {
  const thinking = objectOf(body.thinking);
  if (thinking.type === 'adaptive') return THINKING_TOKENS;
  if (thinking.type !== 'enabled') return 0;
  // A budget for the thinking between calls may be larger than what one reply may hold.
  const interleaved =
    requestedBetas(headers).has(INTERLEAVED_THINKING) && arrayOf(body.tools).length > 0;
  if (!interleaved && (integerOf(thinking.budget_tokens) ?? 0) >= maxTokens) {
    throw invalidRequest('`max_tokens` must be greater than `thinking.budget_tokens`.');
  }
  return THINKING_TOKENS;
}

function requireRoom(tokens: number, model: AnthropicModel): void {
  if (tokens <= model.contextTokens) return;
  throw invalidRequest(`prompt is too long: ${tokens} tokens > ${model.contextTokens} maximum`);
}
