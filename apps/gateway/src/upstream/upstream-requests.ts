import type { WireFormat } from '@modelbridge/llm-wire';

export interface ProviderKeys {
  openai: string;
  anthropic: string;
  selfhosted: string;
}

export type UpstreamApi = WireFormat | 'count_tokens';

const pathOf: Record<UpstreamApi, string> = {
  chat: '/chat/completions',
  responses: '/responses',
  // Anthropic's base URL has no /v1, as in its SDK.
  messages: '/v1/messages',
  count_tokens: '/v1/messages/count_tokens',
};

/** An API's path below an endpoint's base path. */
export function upstreamPath(basePath: string, api: UpstreamApi): string {
  return basePath + pathOf[api];
}

/**
 * The headers of every call, as name and value in turn: nothing of the caller's is among them.
 * undici adds host and content-length.
 */
export class UpstreamHeaders {
  private readonly made = new Map<string, string[]>();

  constructor(private readonly keys: ProviderKeys) {}

  for(provider: string, stream: boolean): string[] {
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
        ...this.credentials(provider),
      ];
      this.made.set(id, headers);
    }
    return headers;
  }

  private credentials(provider: string): string[] {
    switch (provider) {
      case 'anthropic':
        return ['x-api-key', this.keys.anthropic];
      case 'openai':
        return ['authorization', `Bearer ${this.keys.openai}`];
      case 'selfhosted':
        return ['authorization', `Bearer ${this.keys.selfhosted}`];
      default:
        throw new Error(`no key for provider ${provider}`);
    }
  }
}
