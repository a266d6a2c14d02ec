import { providerFacts, type KeyVariable, type Provider } from '@modelbridge/contracts';
import type { WireFormat } from '@modelbridge/llm-wire';
import type { CatalogEndpoint } from '../catalog/routing-table.js';
import { traitsOf } from '../providers/traits-of.js';

export type ProviderKeys = Readonly<Record<KeyVariable, string>>;

export type UpstreamApi = WireFormat | 'count_tokens' | 'input_tokens';

const pathOf: Record<UpstreamApi, string> = {
  chat: '/chat/completions',
  responses: '/responses',
  messages: '/messages',
  count_tokens: '/messages/count_tokens',
  input_tokens: '/responses/input_tokens',
};

/** An API's path at an endpoint. */
export function upstreamPath(
  { provider, basePath }: Pick<CatalogEndpoint, 'provider' | 'basePath'>,
  api: UpstreamApi,
): string {
  return basePath + (providerFacts[provider].baseUrlHasVersion ? '' : '/v1') + pathOf[api];
}

/**
 * The headers of every call, as name and value in turn: nothing of the caller's is among them.
 * undici adds host and content-length.
 */
export class UpstreamHeaders {
  private readonly made = new Map<string, string[]>();

  constructor(private readonly keys: ProviderKeys) {}

  for(provider: Provider, stream: boolean): string[] {
    const id = `${provider} ${stream}`;
    let headers = this.made.get(id);
    if (headers === undefined) {
      headers = [
        'content-type',
        'application/json',
        'accept',
        stream ? 'text/event-stream' : 'application/json',
        'accept-encoding',
        'identity',
        'user-agent',
        'modelbridge',
        ...traitsOf[provider].credentials(this.keys[providerFacts[provider].keyVariable]),
      ];
      this.made.set(id, headers);
    }
    return headers;
  }
}
