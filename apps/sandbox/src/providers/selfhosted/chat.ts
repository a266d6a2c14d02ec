import { complete } from '../../generation/completion.js';
import type { PrefixCache } from '../../generation/prefix-cache.js';
import { type TokenCounts, totalInput } from '@modelbridge/contracts';
import { integerOf, type JsonObject, objectOf } from '../../json.js';
import { laxNumber } from '../../shapes/first-violation.js';
import { MAX_CHOICES } from '../../bounds.js';
import {
  chatOutputSchema,
  chatStops,
  chatToolChoice,
  chatTools,
  scanChat,
} from '../chat-completions/chat-prompt.js';
import {
  chatBody,
  type ChatDialect,
  chatFrames,
  dataLine,
} from '../chat-completions/chat-reply.js';
import { newId, unixSeconds } from '../ids.js';
import type { Answer, ProviderRequest } from '../../provider-api.js';
import { ProviderError } from '../../provider-error.js';
import { checkSelfHostedChat } from './chat-rules.js';
import { badRequest, selfHostedErrorBody } from './selfhosted-errors.js';
import { SELFHOSTED_MODELS, type SelfHostedModel } from './selfhosted-models.js';

/** vLLM caches the prompt in blocks of this many tokens. */
const CACHE_BLOCK_TOKENS = 16;

const IMAGE_TOKENS = 1024;
const REASONING_TOKENS = 64;

/** vLLM's name for reasoning, in a reply and in the history. */
const REASONING_FIELD = 'reasoning';

const DIALECT: ChatDialect = {
  reasoningField: REASONING_FIELD,
  hasRefusalField: false,
  nullUsageInChunks: false,
  choiceFields: ({ stopSequence }) => ({ stop_reason: stopSequence }),
  replyFields: {},
};

/** `POST /v1/chat/completions` as vLLM answers it. */
export function answerSelfHostedChat(request: ProviderRequest, cache: PrefixCache): Answer {
  const { body } = request;
  const model = selfHostedModel(body.model);
  checkSelfHostedChat(body);
  const scanned = scanChat(body, {
    model: model.name,
    cacheStep: CACHE_BLOCK_TOKENS,
    imageTokens: IMAGE_TOKENS,
    reasoningField: REASONING_FIELD,
  });
  const { scanner } = scanned;
  const prompt = {
    seed: scanner.prefix.key,
    directives: scanned.directives,
    question: scanned.question,
    tools: chatTools(body),
    toolChoice: chatToolChoice(body),
    parallelToolCalls: body.parallel_tool_calls !== false,
    outputSchema: chatOutputSchema(body),
    maxOutputTokens: outputRoom(body, model, scanner.tokens),
    stopSequences: chatStops(body),
    reasoningTokens: wantsReasoning(body) ? REASONING_TOKENS : 0,
  };
  const choices = Math.min(Math.max(integerOf(body.n) ?? 1, 1), MAX_CHOICES);
  const completions = Array.from({ length: choices }, (_, choice) => complete(prompt, choice));
  const cacheReadTokens = cachedTokens(cache, scanner);
  const shown = request.reportUsage({
    inputTokens: scanner.tokens - cacheReadTokens,
    cacheReadTokens,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
    outputTokens: completions.reduce((sum, { outputTokens }) => sum + outputTokens, 0),
    reasoningTokens: completions.reduce((sum, { reasoningTokens }) => sum + reasoningTokens, 0),
  });
  const reply = {
    id: newId('chatcmpl-'),
    created: unixSeconds(),
    model: model.name,
    completions,
    usage: shown && selfHostedUsage(shown),
  };
  if (body.stream !== true) return { body: chatBody(reply, DIALECT) };
  return {
    frames: chatFrames(reply, DIALECT, {
      includeUsage: objectOf(body.stream_options).include_usage === true,
      running: shown ? runningCounts(body, shown) : undefined,
    }),
    errorFrame: (error) => dataLine(selfHostedErrorBody(error)),
  };
}

function selfHostedModel(name: unknown): SelfHostedModel {
  const model = SELFHOSTED_MODELS.find((candidate) => candidate.name === name);
  if (model) return model;
  throw new ProviderError(404, 'NotFoundError', `The model \`${String(name)}\` does not exist.`, {
    param: 'model',
  });
}

/** The output cap. Throws where prompt and cap together are above the context. */
function outputRoom(body: JsonObject, model: SelfHostedModel, promptTokens: number): number {
  const asked = laxNumber(body.max_completion_tokens ?? body.max_tokens ?? undefined);
  const cap = asked === undefined ? undefined : integerOf(asked);
  if (asked !== undefined && (cap === undefined || cap < 1)) {
    throw badRequest(`max_tokens must be at least 1, got ${JSON.stringify(asked)}.`, 'max_tokens');
  }
  const requested = promptTokens + (cap ?? 1);
  if (requested <= model.contextTokens) return cap ?? model.contextTokens - promptTokens;
  throw badRequest(
    `This model's maximum context length is ${model.contextTokens} tokens. However, you ` +
      `requested ${requested} tokens (${promptTokens} in the messages, ${cap ?? 1} in the ` +
      'completion). Please reduce the length of the messages or completion.',
  );
}

function wantsReasoning(body: JsonObject): boolean {
  const template = objectOf(body.chat_template_kwargs);
  if (template.thinking === true || template.enable_thinking === true) return true;
  const effort = body.reasoning_effort;
  return typeof effort === 'string' && effort !== 'none';
}

/** vLLM always computes at least the last token, so a prompt is never read whole. */
function cachedTokens(cache: PrefixCache, scanner: ReturnType<typeof scanChat>['scanner']): number {
  const read = cache.readAndRemember(scanner.steps);
  return read === scanner.tokens ? read - CACHE_BLOCK_TOKENS : read;
}

/** What each chunk tells of the tokens made so far, where that is asked for. */
function runningCounts(
  body: JsonObject,
  counts: TokenCounts,
): ((outputTokens: number) => JsonObject) | undefined {
  const { include_usage: asked, continuous_usage_stats: continuous } = objectOf(
    body.stream_options,
  );
  const usage = asked === true && continuous === true;
  const timings = body.timings_per_token === true;
  if (!usage && !timings) return undefined;
  return (outputTokens) => ({
    ...(usage ? { usage: selfHostedUsage({ ...counts, outputTokens }) } : {}),
    ...(timings ? { timings: llamaTimings(counts, outputTokens) } : {}),
  });
}

/** As llama-server writes them, which may stand behind a pool too. */
function llamaTimings(counts: TokenCounts, outputTokens: number): JsonObject {
  const { cacheReadTokens: cached } = counts;
  return {
    cache_n: cached,
    prompt_n: totalInput(counts) - cached,
    prompt_ms: 1,
    predicted_n: outputTokens,
    predicted_ms: outputTokens,
  };
}

function selfHostedUsage(counts: TokenCounts): JsonObject {
  const promptTokens = totalInput(counts);
  return {
    prompt_tokens: promptTokens,
    total_tokens: promptTokens + counts.outputTokens,
    completion_tokens: counts.outputTokens,
    prompt_tokens_details: { cached_tokens: counts.cacheReadTokens },
  };
}
