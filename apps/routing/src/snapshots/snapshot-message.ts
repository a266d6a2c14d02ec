import {
  Api,
  ContentPolicy,
  EndpointState,
  Thinking,
  type Endpoint as EndpointMessage,
  type Model as ModelMessage,
  type Price as PriceMessage,
  type Snapshot as SnapshotMessage,
} from '@modelbridge/contracts/routing.v1';
import type { Model, ModelApi } from '../catalog/catalog.js';
import type { Snapshot } from './snapshot.js';

const apis: Record<ModelApi, Api> = {
  chat_completions: Api.CHAT_COMPLETIONS,
  responses: Api.RESPONSES,
  messages: Api.MESSAGES,
};

const contentPolicies: Record<Model['contentPolicy'], ContentPolicy> = {
  sealed_30_days: ContentPolicy.SEALED_30_DAYS,
  never: ContentPolicy.NEVER,
};

const thinking: Record<Model['upstreamTraits']['thinking'], Thinking> = {
  budget: Thinking.UNSPECIFIED,
  adaptive: Thinking.ADAPTIVE,
  none: Thinking.NONE,
};

/** The snapshot as gateways get it. */
export function snapshotMessage(snapshot: Snapshot): SnapshotMessage {
  return {
    version: snapshot.version,
    publishedAt: snapshot.publishedAt,
    models: snapshot.catalog.models.map(modelMessage),
    endpoints: snapshot.endpoints.map(endpointMessage),
  };
}

function modelMessage(model: Model): ModelMessage {
  return {
    id: model.id,
    displayName: model.displayName,
    ownedBy: model.ownedBy,
    provider: model.provider,
    aliases: model.aliases,
    contextWindowTokens: BigInt(model.contextWindowTokens),
    maxInputTokens: BigInt(model.maxInputTokens),
    maxOutputTokens: BigInt(model.maxOutputTokens),
    price: priceMessage(model.price),
    contentPolicy: contentPolicies[model.contentPolicy],
    inputModalities: model.inputModalities,
    outputModalities: model.outputModalities,
    createdAt: new Date(model.createdAt),
    maxTokensPerImage: BigInt(model.maxTokensPerImage.tokens),
    maxTokensPerFile: BigInt(model.maxTokensPerFile.tokens),
    allowedBetas: model.allowedBetas,
    upstreamTraits: {
      ...model.upstreamTraits,
      thinking: thinking[model.upstreamTraits.thinking],
      thinkingSwitch: model.upstreamTraits.thinkingSwitch?.name ?? '',
    },
  };
}

function priceMessage(price: Model['price']): PriceMessage {
  return {
    version: price.version,
    assumed: price.assumed !== undefined,
    tiers: price.tiers.map((tier) => ({
      ...tier,
      aboveInputTokens: BigInt(tier.aboveInputTokens),
    })),
  };
}

function endpointMessage(endpoint: Snapshot['endpoints'][number]): EndpointMessage {
  return {
    id: endpoint.id,
    modelId: endpoint.modelId,
    provider: endpoint.provider,
    region: endpoint.region,
    baseUrl: endpoint.baseUrl,
    upstreamModel: endpoint.upstreamModel,
    apis: endpoint.apis.map((api) => apis[api]),
    state: endpoint.ejected ? EndpointState.EJECTED : EndpointState.HEALTHY,
    latencies: endpoint.firstByteMs.map(([gatewayRegion, firstByteMs]) => ({
      gatewayRegion,
      firstByteMs,
    })),
  };
}
