import { providers, type Provider } from '@modelbridge/contracts';
import {
  Api,
  ContentPolicy,
  EndpointState,
  Thinking,
  type Endpoint,
  type Model,
  type Snapshot,
} from '@modelbridge/contracts/routing.v1';
import { effortOf, type WireFormat } from '@modelbridge/llm-wire';
import {
  readBaseUrl,
  RoutingTable,
  type CatalogEndpoint,
  type CatalogModel,
} from './routing-table.js';

/**
 * A routing table from what routing sent. Entries that could not be charged or must not be called
 * are left out and named in `problems`.
 */
export function readSnapshot(
  snapshot: Snapshot,
  gatewayRegion: string,
): { table: RoutingTable; problems: string[] } {
  const problems: string[] = [];
  const models: CatalogModel[] = [];
  for (const model of snapshot.models) {
    const read = readModel(model);
    if (typeof read === 'string') problems.push(`model ${model.id} ${read}`);
    else models.push(read);
  }
  const known = new Set(models.map(({ id }) => id));
  const endpoints: CatalogEndpoint[] = [];
  for (const endpoint of snapshot.endpoints) {
    const read = readEndpoint(endpoint, gatewayRegion);
    if (typeof read === 'string') problems.push(`endpoint ${endpoint.id} ${read}`);
    else if (known.has(read.modelId)) endpoints.push(read);
  }
  return { table: new RoutingTable(snapshot.version, models, endpoints), problems };
}

/** The model, or what is wrong with it. */
function readModel(model: Model): CatalogModel | string {
  const provider = providerOf(model.provider);
  if (provider === undefined) return foreignProvider(model.provider);
  const tiers = model.price?.tiers.map((tier) => ({
    ...tier,
    aboveInputTokens: Number(tier.aboveInputTokens),
  }));
  if (model.price === undefined || tiers?.[0]?.aboveInputTokens !== 0) return 'has no usable price';
  const maxInputTokens = Number(model.maxInputTokens);
  const maxOutputTokens = Number(model.maxOutputTokens);
  if (maxInputTokens < 1 || maxOutputTokens < 1) return 'has no usable limits';
  return {
    id: model.id,
    displayName: model.displayName,
    ownedBy: model.ownedBy,
    provider,
    aliases: model.aliases,
    contextWindowTokens: Number(model.contextWindowTokens) || maxInputTokens,
    maxInputTokens,
    maxOutputTokens,
    price: { version: model.price.version, tiers },
    contentPolicy:
      model.contentPolicy === ContentPolicy.SEALED_30_DAYS ? 'sealed_30_days' : 'never',
    inputModalities: model.inputModalities,
    outputModalities: model.outputModalities,
    createdAt: model.createdAt ?? new Date(0),
    maxTokensPerImage: Number(model.maxTokensPerImage) || maxInputTokens,
    maxTokensPerFile: Number(model.maxTokensPerFile) || maxInputTokens,
    allowedBetas: model.allowedBetas,
    traits: {
      thinking: thinkingOf[model.upstreamTraits?.thinking ?? Thinking.UNSPECIFIED] ?? 'budget',
      nativeStructuredOutput: model.upstreamTraits?.nativeStructuredOutput ?? false,
      refusesSampling: model.upstreamTraits?.refusesSampling ?? false,
      thinkingSwitch: model.upstreamTraits?.thinkingSwitch || undefined,
      efforts: (model.upstreamTraits?.efforts ?? []).flatMap((name) => effortOf(name) ?? []),
      minCachedTokens: model.upstreamTraits?.minCachedTokens ?? 0,
    },
  };
}

function providerOf(name: string): Provider | undefined {
  return providers.find((provider) => provider === name);
}

function foreignProvider(name: string): string {
  return `is of the provider '${name}', which this gateway does not know`;
}

const thinkingOf: Record<Thinking, CatalogModel['traits']['thinking'] | undefined> = {
  [Thinking.ADAPTIVE]: 'adaptive',
  [Thinking.NONE]: 'none',
  [Thinking.UNSPECIFIED]: undefined,
  [Thinking.UNRECOGNIZED]: undefined,
};

const formatOf: Record<Api, WireFormat | undefined> = {
  [Api.CHAT_COMPLETIONS]: 'chat',
  [Api.RESPONSES]: 'responses',
  [Api.MESSAGES]: 'messages',
  [Api.UNSPECIFIED]: undefined,
  [Api.UNRECOGNIZED]: undefined,
};

/** The endpoint, or what is wrong with it. */
function readEndpoint(endpoint: Endpoint, gatewayRegion: string): CatalogEndpoint | string {
  const provider = providerOf(endpoint.provider);
  if (provider === undefined) return foreignProvider(endpoint.provider);
  const base = readBaseUrl(endpoint.baseUrl);
  const formats = endpoint.apis.flatMap((api) => formatOf[api] ?? []);
  if (base === undefined) return 'has no usable base URL';
  if (formats.length === 0) return 'has no usable API';
  return {
    id: endpoint.id,
    modelId: endpoint.modelId,
    provider,
    region: endpoint.region,
    ...base,
    upstreamModel: endpoint.upstreamModel,
    formats,
    healthy: endpoint.state !== EndpointState.EJECTED,
    firstByteMs: endpoint.latencies.find((seen) => seen.gatewayRegion === gatewayRegion)
      ?.firstByteMs,
  };
}
