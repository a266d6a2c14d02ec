import { describe, expect, it } from '@jest/globals';
import { providerFacts, providers, type Provider } from '@modelbridge/contracts';
import { UpstreamHeaders, upstreamPath, type ProviderKeys } from './upstream-requests.js';

describe('a call upstream', () => {
  it('carries the key of its provider as that takes it, and no other', () => {
    const keys = Object.fromEntries(
      providers.map((provider) => [providerFacts[provider].keyVariable, `key-of-${provider}`]),
    ) as ProviderKeys;
    const sent = (provider: Provider) => new UpstreamHeaders(keys).for(provider, true).slice(-2);
    expect(sent('anthropic')).toEqual(['x-api-key', 'key-of-anthropic']);
    expect(sent('openai')).toEqual(['authorization', 'Bearer key-of-openai']);
    expect(sent('selfhosted')).toEqual(['authorization', 'Bearer key-of-selfhosted']);
  });

  it('goes to one path of an API, whether or not the base URL has the version', () => {
    const vendor = { provider: 'anthropic', basePath: '/proxy' } as const;
    expect(upstreamPath(vendor, 'messages')).toBe('/proxy/v1/messages');
    expect(upstreamPath(vendor, 'count_tokens')).toBe('/proxy/v1/messages/count_tokens');
    const pool = { provider: 'selfhosted', basePath: '/proxy/v1' } as const;
    expect(upstreamPath(pool, 'messages')).toBe('/proxy/v1/messages');
    expect(upstreamPath(pool, 'chat')).toBe('/proxy/v1/chat/completions');
  });
});
