import type { BreakpointCache } from '../../generation/breakpoint-cache.js';
import { complete } from '../../generation/completion.js';
import { arrayOf, integerOf, isObject, type JsonObject, objectOf, stringOf } from '../../json.js';
import { newId } from '../ids.js';
import type { Answer, ProviderRequest } from '../../provider-api.js';
import { anthropicErrorBody } from './anthropic-errors.js';
import { type AnthropicModel, anthropicModel, invalidRequest } from './anthropic-models.js';
import { requireNoSampling } from './anthropic-requests.js';
import {
  messagesOutputSchema,
  messagesToolChoice,
  messagesTools,
  scanMessages,
} from './messages-prompt.js';
import { messageBody, messageFrames } from './messages-reply.js';

const MINIMUM_THINKING_BUDGET = 1024;
const THINKING_TOKENS = 64;

/** `POST /v1/messages`. */
export function answerMessages(request: ProviderRequest, cache: BreakpointCache): Answer {
  const { body } = request;
  const model = anthropicModel(body.model);
  requireNoSampling(request);
  checkMessages(body);
  const maxTokens = outputCap(body, model);
  const thinking = thinkingTokens(body, maxTokens);
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
export function answerCountTokens({ body }: ProviderRequest): Answer {
  const model = anthropicModel(body.model);
  checkMessages(body);
  return { body: { input_tokens: scanMessages(body, model.name).tokens } };
}

function checkMessages({ messages }: JsonObject): void {
  if (messages === undefined) throw invalidRequest('messages: Field required');
  if (!Array.isArray(messages)) throw invalidRequest('messages: Input should be a valid list');
  if (messages.length === 0) throw invalidRequest('messages: at least one message is required');
  for (const [index, message] of (messages as unknown[]).entries()) {
    const role = isObject(message) ? message.role : undefined;
    if (role !== 'user' && role !== 'assistant') {
      throw invalidRequest(`messages.${index}.role: Input should be 'user' or 'assistant'`);
    }
  }
}

function outputCap(body: JsonObject, model: AnthropicModel): number {
  const cap = integerOf(body.max_tokens);
  if (body.max_tokens === undefined) throw invalidRequest('max_tokens: Field required');
  if (cap === undefined) throw invalidRequest('max_tokens: Input should be a valid integer');
  if (cap < 1) throw invalidRequest('max_tokens: Input should be greater than or equal to 1');
  if (cap > model.maxOutputTokens) {
    throw invalidRequest(
      `max_tokens: ${cap} > ${model.maxOutputTokens}, which is the maximum allowed number of ` +
        `output tokens for ${model.name}`,
    );
  }
  return cap;
}

function thinkingTokens(body: JsonObject, maxTokens: number): number {
  const thinking = objectOf(body.thinking);
  if (thinking.type === 'adaptive') return THINKING_TOKENS;
  if (thinking.type !== 'enabled') return 0;
  const budget = integerOf(thinking.budget_tokens);
  if (budget === undefined) throw invalidRequest('thinking.enabled.budget_tokens: Field required');
  if (budget < MINIMUM_THINKING_BUDGET) {
    throw invalidRequest(
      'thinking.enabled.budget_tokens: Input should be greater than or equal to ' +
        String(MINIMUM_THINKING_BUDGET),
    );
  }
  if (budget >= maxTokens) {
    throw invalidRequest('`max_tokens` must be greater than `thinking.budget_tokens`.');
  }
  return THINKING_TOKENS;
}

function requireRoom(tokens: number, model: AnthropicModel): void {
  if (tokens <= model.contextTokens) return;
  throw invalidRequest(`prompt is too long: ${tokens} tokens > ${model.contextTokens} maximum`);
}
