import type { Region } from './regions.js';

/** Who serves a model. */
export const providers = ['anthropic', 'openai', 'selfhosted'] as const;
export type Provider = (typeof providers)[number];

/** What more than one service must know of a provider. */
export interface ProviderFacts<P extends Provider = Provider> {
  /** The variable that holds the platform's key. */
  keyVariable: KeyVariable<P>;
  /** Whether a base URL ends in `/v1`, as in the provider's SDK, or the paths of its API begin with it. */
  baseUrlHasVersion: boolean;
  location: GlobalLocation<P> | RegionalLocation<P>;
  /** Whether the content of its requests may be stored. */
  contentMayBeStored: boolean;
  /** Whether it is asked for its models, to know that it is there without traffic. */
  isProbed: boolean;
}

/** A vendor that routes by itself. */
export interface GlobalLocation<P extends Provider> {
  isRegional: false;
  urlVariable: GlobalUrlVariable<P>;
  defaultUrl: string;
}

/** One URL a region; a region without one does not exist. */
export interface RegionalLocation<P extends Provider> {
  isRegional: true;
  urlVariables: { [R in Region]: RegionalUrlVariable<P, R> };
}

export type KeyVariable<P extends Provider = Provider> = `${Uppercase<P>}_API_KEY`;
type GlobalUrlVariable<P extends Provider> = `${Uppercase<P>}_BASE_URL`;
type RegionalUrlVariable<P extends Provider, R extends Region> = `${Uppercase<P>}_${Stem<R>}_URL`;
export type UrlVariable = GlobalUrlVariable<Provider> | RegionalUrlVariable<Provider, Region>;

/** As a region is written within the name of a variable. */
type Stem<R extends string> = R extends `${infer First}-${infer Rest}`
  ? `${Uppercase<First>}_${Stem<Rest>}`
  : Uppercase<R>;

export const providerFacts: { [P in Provider]: ProviderFacts<P> } = {
  anthropic: {
    keyVariable: 'ANTHROPIC_API_KEY',
    baseUrlHasVersion: false,
    location: {
      isRegional: false,
      urlVariable: 'ANTHROPIC_BASE_URL',
      defaultUrl: 'https://api.anthropic.com',
    },
    contentMayBeStored: true,
    isProbed: false,
  },
  openai: {
    keyVariable: 'OPENAI_API_KEY',
    baseUrlHasVersion: true,
    location: {
      isRegional: false,
      urlVariable: 'OPENAI_BASE_URL',
      defaultUrl: 'https://api.openai.com/v1',
    },
    contentMayBeStored: true,
    isProbed: false,
  },
  selfhosted: {
    keyVariable: 'SELFHOSTED_API_KEY',
    baseUrlHasVersion: true,
    location: {
      isRegional: true,
      urlVariables: {
        'us-east': 'SELFHOSTED_US_EAST_URL',
        'us-west': 'SELFHOSTED_US_WEST_URL',
        'eu-west': 'SELFHOSTED_EU_WEST_URL',
        'ap-southeast': 'SELFHOSTED_AP_SOUTHEAST_URL',
      },
    },
    contentMayBeStored: false,
    isProbed: true,
  },
};
