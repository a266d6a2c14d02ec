import type { UpstreamProfile } from '@modelbridge/llm-wire';

/** What is particular to a provider beside its wire APIs and its models. */
export interface ProviderTraits {
  /** The header that carries the platform's key, as name and value. */
  credentials(key: string): [name: string, value: string];
  /** How its chat completions differ from OpenAI's. */
  dialect: NonNullable<UpstreamProfile['dialect']>;
  /** It stores replies of chat and responses, unless a request says otherwise. */
  storesByDefault: boolean;
  /** Its reasoning models refuse `max_tokens` on chat, the older name of the cap on output. */
  refusesMaxTokens: boolean;
  /** It refuses a cap on output for which the context has no room behind the prompt. */
  capMustFit: boolean;
  /** It takes `metadata` on chat for stored completions alone. */
  refusesMetadata: boolean;
  /** Input is billed as a cache write only where the request marks it with `cache_control`. */
  writesMarkedCacheOnly: boolean;
  /** Each endpoint has a capacity of its own: where one has none left, another may have. */
  hasCapacityElsewhere: boolean;
  /** Nobody bills for what a caller no longer waits for: its call is ended, which frees its place. */
  endsUnwanted: boolean;
  /**
   * Words of a 500, in lower case, by which it says that this request cannot be served, here or
   * elsewhere, and the status that the caller gets.
   */
  requestFaults: readonly { words: string; status: 400 | 502 }[];
  /** It refuses wrong types and values itself, in words that its clients know. */
  checksTypes: boolean;
  /** Codes or types of an error by which it refuses the platform's own account. */
  accountCodes: readonly string[];
  /** Words by which a message says so, in lower case. */
  accountWords: readonly string[];
}

/** The header in which all but Anthropic take a key. */
export function bearer(key: string): [string, string] {
  return ['authorization', `Bearer ${key}`];
}
