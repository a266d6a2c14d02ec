import {
  Api,
  ContentPolicy,
  EndpointState,
  type Endpoint,
  type Model,
} from '@modelbridge/contracts/routing.v1';
import { KEY_APIS, type Model as ModelJson } from '@modelbridge/dashboard-api';

type EndpointJson = ModelJson['endpoints'][number];

const apiCodes: Record<(typeof KEY_APIS)[number], Api> = {
  chat_completions: Api.CHAT_COMPLETIONS,
  responses: Api.RESPONSES,
  messages: Api.MESSAGES,
};

/** @param endpoints those of the model */
export function modelJson(model: Model, endpoints: readonly Endpoint[]): ModelJson {
  const { upstreamTraits, price } = model;
  return {
    model_id: model.id,
    name: model.displayName,
    owned_by: model.ownedBy,
    provider: model.provider,
    aliases: model.aliases,
    created_at: model.createdAt?.toISOString() ?? null,
    context_window_tokens: Number(model.contextWindowTokens),
    max_input_tokens: Number(model.maxInputTokens),
    max_output_tokens: Number(model.maxOutputTokens),
    input_modalities: model.inputModalities,
    output_modalities: model.outputModalities,
    content: model.contentPolicy === ContentPolicy.NEVER ? 'never' : 'sealed_30_days',
    takes_sampling: upstreamTraits?.refusesSampling !== true,
    efforts: upstreamTraits?.efforts ?? [],
    apis: KEY_APIS.filter((word) => endpoints.some(({ apis }) => apis.includes(apiCodes[word]))),
    price: {
      version: price?.version ?? '',
      is_assumed: price?.assumed ?? false,
      tiers: (price?.tiers ?? []).map((tier) => ({
        above_input_tokens: Number(tier.aboveInputTokens),
        input_pico_usd: String(tier.inputPicoUsd),
        cache_read_pico_usd: String(tier.cacheReadPicoUsd),
        cache_write_5m_pico_usd: String(tier.cacheWrite5mPicoUsd),
        cache_write_1h_pico_usd: String(tier.cacheWrite1hPicoUsd),
        output_pico_usd: String(tier.outputPicoUsd),
      })),
    },
    endpoints: endpoints.map(endpointJson),
  };
}

function endpointJson({ id, region, apis, state, latencies }: Endpoint): EndpointJson {
  return {
    endpoint_id: id,
    region,
    apis: KEY_APIS.filter((word) => apis.includes(apiCodes[word])),
    state: state === EndpointState.EJECTED ? 'ejected' : 'healthy',
    latencies: latencies.map(({ gatewayRegion, firstByteMs }) => ({
      gateway_region: gatewayRegion,
      first_byte_ms: firstByteMs,
    })),
  };
}
