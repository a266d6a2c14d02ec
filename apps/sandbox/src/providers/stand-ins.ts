import { regions, type Provider } from '@modelbridge/contracts';
import type { ProviderApi } from '../provider-api.js';
import { anthropicApi } from './anthropic/anthropic-api.js';
import { openAiApi } from './openai/openai-api.js';
import { selfHostedApi } from './selfhosted/selfhosted-api.js';

/** What stands in for each provider, given the key that it accepts. */
export const standIns: Record<Provider, (apiKey: string) => ProviderApi[]> = {
  anthropic: (apiKey) => [anthropicApi(apiKey)],
  openai: (apiKey) => [openAiApi(apiKey)],
  selfhosted: (apiKey) => regions.map((region) => selfHostedApi(region, apiKey)),
};

/** The path under which a stand-in's routes live. */
export function prefixOf({ provider, region }: ProviderApi): string {
  return region === null ? `/${provider}` : `/${provider}/${region}`;
}
