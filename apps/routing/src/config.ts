import type { Provider } from '@modelbridge/contracts';
import {
  databaseConfig,
  grpcServerConfig,
  httpConfig,
  loadConfig,
  logConfig,
  tlsConfig,
} from '@modelbridge/service-kit/config';
import { z } from 'zod';
import { normaliseBaseUrl } from './endpoints/base-url.js';
import type { BaseUrls } from './endpoints/endpoints.js';

export const configSchema = z.object({
  ...httpConfig,
  ...grpcServerConfig,
  ...databaseConfig,
  ...tlsConfig,
  ...logConfig,
  OPENAI_BASE_URL: baseUrl('openai').default('https://api.openai.com/v1'),
  ANTHROPIC_BASE_URL: baseUrl('anthropic').default('https://api.anthropic.com'),
  SELFHOSTED_US_EAST_URL: baseUrl('selfhosted').optional(),
  SELFHOSTED_US_WEST_URL: baseUrl('selfhosted').optional(),
  SELFHOSTED_EU_WEST_URL: baseUrl('selfhosted').optional(),
  SELFHOSTED_AP_SOUTHEAST_URL: baseUrl('selfhosted').optional(),
});
export type RoutingConfig = z.output<typeof configSchema>;

export function readConfig(env?: NodeJS.ProcessEnv): RoutingConfig {
  return loadConfig(configSchema, env);
}

export function baseUrlsOf(config: RoutingConfig): BaseUrls {
  return {
    openai: config.OPENAI_BASE_URL,
    anthropic: config.ANTHROPIC_BASE_URL,
    selfhosted: {
      'us-east': config.SELFHOSTED_US_EAST_URL,
      'us-west': config.SELFHOSTED_US_WEST_URL,
      'eu-west': config.SELFHOSTED_EU_WEST_URL,
      'ap-southeast': config.SELFHOSTED_AP_SOUTHEAST_URL,
    },
  };
}

function baseUrl(provider: Provider) {
  return z.string().transform((text, context) => {
    try {
      return normaliseBaseUrl(provider, text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
      return z.NEVER;
    }
  });
}
