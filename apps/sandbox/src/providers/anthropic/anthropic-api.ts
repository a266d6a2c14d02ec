import { BreakpointCache } from '../../generation/breakpoint-cache.js';
import { newId } from '../ids.js';
import type { Answer, ProviderApi, ProviderRequest } from '../../provider-api.js';
import { anthropicErrorBody } from './anthropic-errors.js';
import { ANTHROPIC_MODELS, type AnthropicModel, anthropicModel } from './anthropic-models.js';
import { requireKey, requireVersion } from './anthropic-requests.js';
import { answerCountTokens, answerMessages } from './messages.js';

const DEFAULT_MODELS_LIMIT = 20;

/** Anthropic's API: messages, token counting and models. */
export function anthropicApi(apiKey: string): ProviderApi {
  const cache = new BreakpointCache();
  const guarded = (answer: (request: ProviderRequest) => Answer) => (request: ProviderRequest) => {
    requireKey(request, apiKey);
    requireVersion(request);
    return answer(request);
  };
  return {
    provider: 'anthropic',
    region: null,
    models: ANTHROPIC_MODELS,
    routes: [
      {
        method: 'POST',
        path: '/v1/messages',
        answer: guarded((request) => answerMessages(request, cache)),
      },
      { method: 'POST', path: '/v1/messages/count_tokens', answer: guarded(answerCountTokens) },
      { method: 'GET', path: '/v1/models', answer: guarded(listModels) },
      {
        method: 'GET',
        path: '/v1/models/:model',
        answer: guarded(({ params }) => ({ body: modelObject(anthropicModel(params.model)) })),
      },
    ],
    newRequestId: () => newId('req_'),
    headers,
    renderError: anthropicErrorBody,
  };
}

function listModels({ query }: ProviderRequest): Answer {
  const limit = Number(query.limit ?? DEFAULT_MODELS_LIMIT);
  const models = ANTHROPIC_MODELS.slice(0, limit > 0 ? limit : DEFAULT_MODELS_LIMIT);
  return {
    body: {
      data: models.map(modelObject),
      has_more: models.length < ANTHROPIC_MODELS.length,
      first_id: models[0]?.name ?? null,
      last_id: models.at(-1)?.name ?? null,
    },
  };
}

function modelObject({ name, displayName, createdAt }: AnthropicModel) {
  return { type: 'model', id: name, display_name: displayName, created_at: createdAt };
}

function headers(requestId: string): Record<string, string> {
  return {
    'request-id': requestId,
    'anthropic-organization-id': 'sandbox-organization',
    'anthropic-ratelimit-requests-limit': '4000',
    'anthropic-ratelimit-requests-remaining': '3999',
    'anthropic-ratelimit-input-tokens-limit': '2000000',
    'anthropic-ratelimit-input-tokens-remaining': '1999000',
  };
}
