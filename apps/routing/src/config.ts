import {
  providerFacts,
  providers,
  regions,
  type Provider,
  type UrlVariable,
} from '@modelbridge/contracts';
import {
  databaseConfig,
  grpcServerConfig,
  httpConfig,
  loadConfig,
  logConfig,
  tlsConfig,
} from '@modelbridge/service-kit/config';
import { z } from 'zod';
import { globalRegion } from './catalog/catalog.js';
import { normaliseBaseUrl } from './endpoints/base-url.js';
import type { BaseUrls, Place } from './endpoints/endpoints.js';

interface UrlSetting {
  place: Place;
  variable: UrlVariable;
  defaultUrl?: string;
}

const configSchema = z.object({
  ...httpConfig,
  ...grpcServerConfig,
  ...databaseConfig,
  ...tlsConfig,
  ...logConfig,
  ...urlConfig(),
});
export type RoutingConfig = z.output<typeof configSchema>;

export function readConfig(env?: NodeJS.ProcessEnv): RoutingConfig {
  return loadConfig(configSchema, env);
}

export function baseUrlsOf(config: RoutingConfig): BaseUrls {
  const entries = providers.map((provider): [Provider, ReadonlyMap<Place, string>] => {
    const urls = settingsOf(provider).flatMap(({ place, variable }): [Place, string][] => {
      const url = config[variable];
      return url === undefined ? [] : [[place, url]];
    });
    return [provider, new Map(urls)];
  });
  return Object.fromEntries(entries) as BaseUrls;
}

function urlConfig(): Record<UrlVariable, z.ZodType<string | undefined>> {
  const entries = providers.flatMap((provider) =>
    settingsOf(provider).map(({ variable, defaultUrl }): [string, z.ZodType] => [
      variable,
      defaultUrl === undefined
        ? baseUrl(provider).optional()
        : baseUrl(provider).default(defaultUrl),
    ]),
  );
  return Object.fromEntries(entries) as ReturnType<typeof urlConfig>;
}

/** The variables that say where a provider is. */
function settingsOf(provider: Provider): UrlSetting[] {
  const { location } = providerFacts[provider];
  if (location.isRegional) {
    return regions.map((place) => ({ place, variable: location.urlVariables[place] }));
  }
  const { urlVariable: variable, defaultUrl } = location;
  return [{ place: globalRegion, variable, defaultUrl }];
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
