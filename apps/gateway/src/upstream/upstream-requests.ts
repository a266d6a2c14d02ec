import type { WireFormat } from '@modelbridge/llm-wire';

export interface ProviderKeys {
  openai: string;
  anthropic: string;
  selfhosted: string;
}

const pathOf: Record<WireFormat, string> = {
  chat: '/chat/completions',
  responses: '/responses',
  // Anthropic's base URL has no /v1, as in its SDK.
  messages: '/v1/messages',
};

/** An API's path below an endpoint's base path. */
export function upstreamPath(basePath: string, format: WireFormat): string {
  return basePath + pathOf[format];
}

/**
 * Every header that goes upstream, as name and value in turn: nothing of the caller's is among them.
 * undici adds host and content-length.
 */
export class UpstreamHeaders {
  private readonly made = new Map<string, string[]>();

  constructor(private readonly keys: ProviderKeys) {}

  for(provider: string, format: WireFormat, stream: boolean): string[] {
    const id = `${provider} ${format} ${stream}`;
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
      // Newer versions refuse the sampling parameters that OpenAI-style callers send.
      if (format === 'messages') headers.push('anthropic-version', '2023-06-01');
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
