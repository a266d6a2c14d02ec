import { PrefixCache } from '../../generation/prefix-cache.js';
import { newId, unixSeconds } from '../ids.js';
import { isKey } from '../keys.js';
import type { Region } from '@modelbridge/contracts';
import type { Answer, ProviderApi, ProviderRequest } from '../../provider-api.js';
import { ProviderError } from '../../provider-error.js';
import { answerSelfHostedChat } from './chat.js';
import { selfHostedErrorBody } from './selfhosted-errors.js';
import { SELFHOSTED_MODELS } from './selfhosted-models.js';

/** One region's pool of self-hosted models: vLLM's OpenAI server with a prefix cache of its own. */
export function selfHostedApi(region: Region, apiKey: string): ProviderApi {
  const cache = new PrefixCache(0);
  const guarded = (answer: (request: ProviderRequest) => Answer) => (request: ProviderRequest) => {
    const token = /^bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (!isKey(token, apiKey)) throw new ProviderError(401, 'AuthenticationError', 'Unauthorized');
    return answer(request);
  };
  return {
    provider: 'selfhosted',
    region,
    models: SELFHOSTED_MODELS,
    routes: [
      {
        method: 'POST',
        path: '/v1/chat/completions',
        answer: guarded((request) => answerSelfHostedChat(request, cache)),
      },
      { method: 'GET', path: '/v1/models', answer: guarded(listModels) },
      { method: 'GET', path: '/health', answer: () => ({ body: {} }) },
    ],
    newRequestId: () => newId(''),
    headers: (requestId) => ({ server: 'uvicorn', 'x-request-id': requestId }),
    renderError: (error) =>
      error.type === 'AuthenticationError' ? { error: error.message } : selfHostedErrorBody(error),
  };
}

function listModels(): Answer {
  const created = unixSeconds();
  const data = SELFHOSTED_MODELS.map(({ name, contextTokens }) => ({
    id: name,
    object: 'model',
    created,
    owned_by: 'vllm',
    root: name,
    parent: null,
    max_model_len: contextTokens,
  }));
  return { body: { object: 'list', data } };
}
