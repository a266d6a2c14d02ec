import { complete } from '../../generation/completion.js';
import type { PrefixCache } from '../../generation/prefix-cache.js';
import { type TokenCounts, totalInput } from '@modelbridge/contracts';
import { arrayOf, type JsonObject, objectOf } from '../../json.js';
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
import { checkChatRules } from './chat-rules.js';
import { CHAT_REQUEST } from './chat-shapes.js';
import { checkShape } from './openai-checks.js';
import { openAiErrorBody } from './openai-errors.js';
import {
  OPENAI_IMAGE_TOKENS,
  openAiModel,
  type OpenAiModel,
  requireRoom,
} from './openai-models.js';
import { effortTokens, invalid, outputCap } from './openai-requests.js';

/** OpenAI's cache works in steps of this many tokens. */
export const OPENAI_CACHE_STEP = 128;

const DIALECT: ChatDialect = {
  reasoningField: null,
  hasRefusalField: true,
  nullUsageInChunks: true,
  choiceFields: () => ({}),
  replyFields: { service_tier: 'default', system_fingerprint: 'fp_5a9db0c1e7' },
};

/** `POST /v1/chat/completions`. */
export function answerChat(request: ProviderRequest, cache: PrefixCache): Answer {
  const { body } = request;
  const model = openAiModel(body.model);
  const { choices, maxOutputTokens } = checkChat(body, model);
  const scanned = scanChat(body, {
    model: model.name,
    cacheStep: OPENAI_CACHE_STEP,
    imageTokens: OPENAI_IMAGE_TOKENS,
  });
  const { scanner } = scanned;
  requireRoom(model, scanner.tokens, 'messages');
  const prompt = {
    seed: scanner.prefix.key,
    directives: scanned.directives,
    question: scanned.question,
    tools: chatTools(body),
    toolChoice: chatToolChoice(body),
    parallelToolCalls: body.parallel_tool_calls !== false,
    outputSchema: chatOutputSchema(body),
    maxOutputTokens,
    stopSequences: chatStops(body),
    reasoningTokens: effortTokens(body.reasoning_effort, 'none', 'reasoning_effort'),
  };
  const completions = Array.from({ length: choices }, (_, choice) => complete(prompt, choice));
  const cacheReadTokens = cache.readAndRemember(scanner.steps);
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
    usage: shown && chatUsage(shown),
  };
  if (body.stream !== true) return { body: chatBody(reply, DIALECT) };
  return {
    frames: chatFrames(reply, DIALECT, {
      includeUsage: objectOf(body.stream_options).include_usage === true,
    }),
    errorFrame: (error) => dataLine(openAiErrorBody(error)),
  };
}

function checkChat(body: JsonObject, model: OpenAiModel) {
  if (!model.chat) {
    throw new ProviderError(
      404,
      'invalid_request_error',
      'This model is only supported in v1/responses and not in v1/chat/completions.',
      { param: 'model' },
    );
  }
  if (body.max_tokens !== undefined && body.max_tokens !== null) {
    throw invalid(
      "Unsupported parameter: 'max_tokens' is not supported with this model. " +
        "Use 'max_completion_tokens' instead.",
      'max_tokens',
      'unsupported_parameter',
    );
  }
  checkShape(body, CHAT_REQUEST);
  if (arrayOf(body.messages).length === 0) {
    throw invalid(
      "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an " +
        'empty array instead.',
      'messages',
      'empty_array',
    );
  }
  checkChatRules(body);
  const choices = outputCap(body, 'n', { minimum: 1, maximum: MAX_CHOICES, fallback: 1 });
  const maximum = model.maxOutputTokens;
  const limits = { minimum: 1, maximum, fallback: maximum };
  return { choices, maxOutputTokens: outputCap(body, 'max_completion_tokens', limits) };
}

function chatUsage(counts: TokenCounts): JsonObject {
  const promptTokens = totalInput(counts);
  return {
    prompt_tokens: promptTokens,
    completion_tokens: counts.outputTokens,
    total_tokens: promptTokens + counts.outputTokens,
    prompt_tokens_details: { cached_tokens: counts.cacheReadTokens, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: counts.reasoningTokens,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}
