import {
  Api,
  ContentPolicy,
  EndpointState,
  Thinking,
  type Endpoint,
  type Model,
  type Snapshot,
} from '@modelbridge/contracts/routing.v1';
import type { WireFormat } from '@modelbridge/llm-wire';
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
    if (read === undefined) problems.push(`model ${model.id} has no usable price or limits`);
    else models.push(read);
  }
  const known = new Set(models.map(({ id }) => id));
  const endpoints: CatalogEndpoint[] = [];
  for (const endpoint of snapshot.endpoints) {
    const read = readEndpoint(endpoint, gatewayRegion);
    if (read === undefined) problems.push(`endpoint ${endpoint.id} has no usable base URL or API`);
    else if (known.has(read.modelId)) endpoints.push(read);
  }
  return { table: new RoutingTable(snapshot.version, models, endpoints), problems };
}

function readModel(model: Model): CatalogModel | undefined {
  const tiers = model.price?.tiers.map((tier) => ({
    ...tier,
    aboveInputTokens: Number(tier.aboveInputTokens),
  }));
  if (model.price === undefined || tiers?.[0]?.aboveInputTokens !== 0) return undefined;
  const maxInputTokens = Number(model.maxInputTokens);
  const maxOutputTokens = Number(model.maxOutputTokens);
  if (maxInputTokens < 1 || maxOutputTokens < 1) return undefined;
  return {
    id: model.id,
    displayName: model.displayName,
    ownedBy: model.ownedBy,
    provider: model.provider,
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
      thinking: thinkingOf.get(model.upstreamTraits?.thinking) ?? 'budget',
      nativeStructuredOutput: model.upstreamTraits?.nativeStructuredOutput ?? false,
      refusesSampling: model.upstreamTraits?.refusesSampling ?? false,
    },
  };
}

const thinkingOf = new Map<Thinking | undefined, CatalogModel['traits']['thinking']>([
  [Thinking.ADAPTIVE, 'adaptive'],
  [Thinking.NONE, 'none'],
]);

const formatOf = new Map<Api, WireFormat>([
  [Api.CHAT_COMPLETIONS, 'chat'],
  [Api.RESPONSES, 'responses'],
  [Api.MESSAGES, 'messages'],
]);

function readEndpoint(endpoint: Endpoint, gatewayRegion: string): CatalogEndpoint | undefined {
  const base = readBaseUrl(endpoint.baseUrl);
  const formats = endpoint.apis.flatMap((api) => formatOf.get(api) ?? []);
  if (base === undefined || formats.length === 0) return undefined;
  return {
    id: endpoint.id,
    modelId: endpoint.modelId,
    provider: endpoint.provider,
    region: endpoint.region,
    ...base,
    upstreamModel: endpoint.upstreamModel,
    formats,
    healthy: endpoint.state !== EndpointState.EJECTED,
    firstByteMs: endpoint.latencies.find((seen) => seen.gatewayRegion === gatewayRegion)
      ?.firstByteMs,
  };
}
