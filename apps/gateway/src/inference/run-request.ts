import type { WireFormat } from '@modelbridge/llm-wire';
import type { Logger } from '@modelbridge/service-kit/logging';
import type { CatalogEndpoint } from '../catalog/routing-table.js';
import type { CallerRequest, CallerResponse } from '../exchange.js';
import type { UpstreamBody } from '../plan/upstream-body/upstream-bodies.js';
import type { Upstream } from '../upstream/upstream.service.js';
import type { Sharer } from '../workers/fair-queue.js';
import type { Workers } from '../workers/workers.service.js';
import type { OpenRequest } from './open-request.js';
import type { RequestMetrics } from './request-metrics.service.js';

/** An admitted request, and what was decided about it. */
export interface RunRequest {
  req: CallerRequest;
  res: CallerResponse;
  format: WireFormat;
  requestId: string;
  includeUsage: boolean;
  choices: number;
  affinity: string | undefined;
  streams: boolean;
  outputCap: number | undefined;
  endpoints: readonly CatalogEndpoint[];
  open: OpenRequest;
  sharer: Sharer;
  bodyFor(endpoint: CatalogEndpoint): UpstreamBody | Promise<UpstreamBody>;
  /** Called once when nothing more will happen. */
  onOver(): void;
}

/** What a run works with. */
export interface RunParts {
  upstream: Upstream;
  metrics: RequestMetrics;
  logger: Logger;
  workers: Workers;
}
