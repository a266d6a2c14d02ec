import type { IncomingHttpHeaders } from 'node:http';
import type { Provider, Region, TokenCounts } from '@modelbridge/contracts';
import type { JsonObject } from './json.js';
import type { ProviderError } from './provider-error.js';

export interface ProviderModel {
  /** The upstream's own name. */
  name: string;
  /** Other names that requests or fault rules may use for it. */
  aliases: string[];
}

export interface ProviderRequest {
  headers: IncomingHttpHeaders;
  /** The parsed body; empty for a GET. */
  body: JsonObject;
  /** The route's path parameters. */
  params: Record<string, string>;
  query: Record<string, string>;
  requestId: string;
  /** Records what the request used; returns what the reply may say of it, null where a fault hides it. */
  reportUsage(counts: TokenCounts): TokenCounts | null;
}

/** One event of a stream, as it goes on the wire, with the output tokens that it carries. */
export interface Frame {
  text: string;
  outputTokens: number;
}

export type Answer =
  | { body: unknown }
  | {
      frames: Iterable<Frame>;
      /** The event by which this wire reports an error in mid-stream. */
      errorFrame: (error: ProviderError) => string;
    };

export interface ProviderRoute {
  method: 'GET' | 'POST';
  path: string;
  /** Throws `ProviderError` for what the vendor would refuse. */
  answer(request: ProviderRequest): Answer;
}

/** One vendor's API, or one region of the self-hosted pools. */
export interface ProviderApi {
  provider: Provider;
  region: Region | null;
  routes: ProviderRoute[];
  models: ProviderModel[];
  newRequestId(): string;
  headers(requestId: string): Record<string, string>;
  renderError(error: ProviderError, requestId: string): unknown;
}
