import { PrefixCache } from '../../generation/prefix-cache.js';
import { newId } from '../ids.js';
import type { Answer, ProviderApi, ProviderRequest } from '../../provider-api.js';
import { answerChat } from './chat.js';
import { openAiErrorBody } from './openai-errors.js';
import { type OpenAiModel, OPENAI_MODELS, openAiModel } from './openai-models.js';
import { requireBearer } from './openai-requests.js';
import { answerCompact, answerInputTokens, answerResponses } from './responses.js';

/** OpenAI caches no prompt below this. */
const MINIMUM_CACHED_TOKENS = 1024;

/** OpenAI's API: chat completions, responses and models. */
export function openAiApi(apiKey: string): ProviderApi {
  const cache = new PrefixCache(MINIMUM_CACHED_TOKENS);
  const guarded = (answer: (request: ProviderRequest) => Answer) => (request: ProviderRequest) => {
    requireBearer(request, apiKey);
    return answer(request);
  };
  return {
    provider: 'openai',
    region: null,
    models: OPENAI_MODELS,
    routes: [
      {
        method: 'POST',
        path: '/v1/chat/completions',
        answer: guarded((request) => answerChat(request, cache)),
      },
      {
        method: 'POST',
        path: '/v1/responses',
        answer: guarded((request) => answerResponses(request, cache)),
      },
      {
        method: 'POST',
        path: '/v1/responses/compact',
        answer: guarded((request) => answerCompact(request, cache)),
      },
      { method: 'POST', path: '/v1/responses/input_tokens', answer: guarded(answerInputTokens) },
      { method: 'GET', path: '/v1/models', answer: guarded(listModels) },
      {
        method: 'GET',
        path: '/v1/models/:model',
        answer: guarded(({ params }) => ({ body: modelObject(openAiModel(params.model)) })),
      },
    ],
    newRequestId: () => newId('req_'),
    headers,
    renderError: openAiErrorBody,
  };
}

function listModels(): Answer {
  return { body: { object: 'list', data: OPENAI_MODELS.map(modelObject) } };
}

function modelObject({ name, created }: OpenAiModel) {
  return { id: name, object: 'model', created, owned_by: 'openai' };
}

function headers(requestId: string): Record<string, string> {
  return {
    'x-request-id': requestId,
    'openai-processing-ms': '12',
    'openai-version': '2020-10-01',
    'openai-organization': 'sandbox-organization',
    'x-ratelimit-limit-requests': '10000',
    'x-ratelimit-remaining-requests': '9999',
    'x-ratelimit-reset-requests': '6ms',
    'x-ratelimit-limit-tokens': '40000000',
    'x-ratelimit-remaining-tokens': '39999000',
    'x-ratelimit-reset-tokens': '1ms',
  };
}
