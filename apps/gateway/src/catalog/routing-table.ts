import type { Provider } from '@modelbridge/contracts';
import type { Effort, WireFormat } from '@modelbridge/llm-wire';
import type { ModelPrice } from '../pricing/price.js';

export interface CatalogModel {
  id: string;
  displayName: string;
  ownedBy: string;
  provider: Provider;
  aliases: readonly string[];
  contextWindowTokens: number;
  maxInputTokens: number;
  maxOutputTokens: number;
  price: ModelPrice;
  contentPolicy: 'sealed_30_days' | 'never';
  inputModalities: readonly string[];
  outputModalities: readonly string[];
  createdAt: Date;
  /** Most billed input tokens of one image and of one file; the whole input limit where nothing is known. */
  maxTokensPerImage: number;
  maxTokensPerFile: number;
  /** Anthropic's beta names that may go upstream. */
  allowedBetas: readonly string[];
  traits: UpstreamTraits;
}

/** What a translated request must know of the model. */
export interface UpstreamTraits {
  /** How an Anthropic model is asked to think. */
  thinking: 'adaptive' | 'budget' | 'none';
  /** A JSON schema can be asked for as such, and not as a tool. */
  nativeStructuredOutput: boolean;
  /** temperature and top_p are refused. */
  refusesSampling: boolean;
  /** The member of `chat_template_kwargs` that turns thinking on and off; undefined for none. */
  thinkingSwitch: string | undefined;
  /** The efforts of reasoning that the model takes, the least first; empty where that is not known. */
  efforts: readonly Effort[];
  /** The shortest prompt that is cached. */
  minCachedTokens: number;
}

export interface CatalogEndpoint {
  id: string;
  modelId: string;
  provider: Provider;
  region: string;
  /** Scheme, host and port. */
  origin: string;
  /** What stands before an API's own path, without a slash at the end. */
  basePath: string;
  /** The model's name at the upstream. */
  upstreamModel: string;
  formats: readonly WireFormat[];
  healthy: boolean;
  /** Mean time to the first byte as gateways of this region saw it. */
  firstByteMs: number | undefined;
}

/** A routing table without its class, for another thread. */
export type PlainTable = Pick<RoutingTable, 'version' | 'models' | 'allEndpoints'>;

/** What can be called, at which price, and where: one version of it. */
export class RoutingTable {
  private readonly byName = new Map<string, CatalogModel>();
  private readonly byModel = new Map<string, CatalogEndpoint[]>();

  constructor(
    readonly version: bigint,
    readonly models: readonly CatalogModel[],
    readonly allEndpoints: readonly CatalogEndpoint[],
  ) {
    for (const model of models) {
      for (const alias of model.aliases) this.byName.set(alias, model);
    }
    for (const model of models) this.byName.set(model.id, model);
    for (const endpoint of allEndpoints) {
      const known = this.byModel.get(endpoint.modelId);
      if (known === undefined) this.byModel.set(endpoint.modelId, [endpoint]);
      else known.push(endpoint);
    }
  }

  static ofPlain({ version, models, allEndpoints }: PlainTable): RoutingTable {
    return new RoutingTable(version, models, allEndpoints);
  }

  get plain(): PlainTable {
    const { version, models, allEndpoints } = this;
    return { version, models, allEndpoints };
  }

  /** By id or alias. */
  model(name: string): CatalogModel | undefined {
    return this.byName.get(name);
  }

  endpoints(modelId: string): readonly CatalogEndpoint[] {
    return this.byModel.get(modelId) ?? [];
  }
}

/**
 * Splits an endpoint's base URL. Undefined for what a provider's key must not be sent to: anything
 * but https, save on loopback.
 */
export function readBaseUrl(text: string): { origin: string; basePath: string } | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const allowed =
    url.protocol === 'https:' || (url.protocol === 'http:' && loopback.test(url.hostname));
  if (!allowed || url.username !== '' || url.password !== '') return undefined;
  return { origin: url.origin, basePath: url.pathname.replace(/\/+$/, '') };
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
