import type { Readable } from 'node:stream';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Pool } from 'undici';
import type { CatalogEndpoint } from '../catalog/routing-table.js';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.js';
import { bounds } from '../bounds.js';
import { bodyInTurns, maxAtOnce } from './body-in-turns.js';
import { EndpointHealth, type PickOptions } from './endpoint-health.js';
import { UpstreamCall, type UpstreamListener } from './upstream-call.js';
import { RetryBudget } from './retry-budget.js';
import { UpstreamHeaders, upstreamPath, type UpstreamApi } from './upstream-requests.js';

export interface UpstreamRequest {
  format: UpstreamApi;
  stream: boolean;
  body: Buffer;
  /** Headers beside those of every call, as name and value in turn. */
  headers: readonly string[];
}

/** What requests are sent to: the providers, or what stands in their place. */
export interface Upstream {
  readonly health: Pick<EndpointHealth, 'begin'>;
  readonly retries: Pick<RetryBudget, 'countRequest' | 'take'>;
  pick(
    endpoints: readonly CatalogEndpoint[],
    request?: Pick<PickOptions, 'tried' | 'affinity' | 'streams'>,
  ): CatalogEndpoint | undefined;
  send(
    endpoint: CatalogEndpoint,
    request: UpstreamRequest,
    listener: UpstreamListener,
  ): UpstreamCall;
}

/** Calls upstreams over one pool of connections for each origin. Redirects are never followed. */
@Injectable()
export class UpstreamService implements Upstream, OnApplicationShutdown {
  readonly health = new EndpointHealth();
  readonly retries = new RetryBudget();
  private readonly pools = new Map<string, Pool>();
  private readonly headers: UpstreamHeaders;

  constructor(@Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig) {
    this.headers = new UpstreamHeaders(config);
  }

  pick(
    endpoints: readonly CatalogEndpoint[],
    request: Pick<PickOptions, 'tried' | 'affinity' | 'streams'> = { tried: new Set() },
  ): CatalogEndpoint | undefined {
    const homeRegion = this.config.GATEWAY_REGION;
    return this.health.pick(endpoints, { ...request, homeRegion, now: performance.now() });
  }

  send(
    endpoint: CatalogEndpoint,
    request: UpstreamRequest,
    listener: UpstreamListener,
  ): UpstreamCall {
    const call = new UpstreamCall(listener);
    const { body } = request;
    const isLarge = body.length > maxAtOnce;
    const own = isLarge
      ? [...request.headers, 'content-length', String(body.length)]
      : request.headers;
    const headers = this.headers.for(endpoint.provider, request.stream);
    this.pool(endpoint.origin).dispatch(
      {
        method: 'POST',
        path: upstreamPath(endpoint, request.format),
        headers: own.length === 0 ? headers : [...headers, ...own],
        // undici takes what can be iterated; its types do not say so.
        body: isLarge ? (bodyInTurns(body) as unknown as Readable) : body,
      },
      call,
    );
    return call;
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.pools.values()].map((pool) => pool.destroy()));
  }

  private pool(origin: string): Pool {
    const known = this.pools.get(origin);
    if (known !== undefined) return known;
    if (this.pools.size >= bounds.maxUpstreamOrigins) {
      const [[oldest, pool]] = this.pools as unknown as [[string, Pool]];
      this.pools.delete(oldest);
      void pool.close();
    }
    const pool = new Pool(origin, {
      connections: bounds.connectionsPerOrigin,
      pipelining: 1,
      maxHeaderSize: bounds.upstreamHeaderBytes,
      connect: { timeout: bounds.upstreamConnectMs },
      // A reply may take its whole time to begin; the request's own limit ends it.
      headersTimeout: bounds.totalMs,
      bodyTimeout: bounds.upstreamIdleMs,
      keepAliveTimeout: bounds.upstreamKeepAliveMs,
    });
    this.pools.set(origin, pool);
    return pool;
  }
}
