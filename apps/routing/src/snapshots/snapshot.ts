import type { Catalog } from '../catalog/catalog.js';
import type { Endpoint } from '../endpoints/endpoints.js';
import type { EndpointView } from '../health/endpoint-view.js';

/** Everything that a gateway needs in order to route and to price. */
export interface Snapshot {
  /** Grows with every change, over restarts too. */
  version: bigint;
  publishedAt: Date;
  catalog: Catalog;
  endpoints: (Endpoint & EndpointView)[];
}

/** Whether gateways would see a difference. */
export function differs(a: Snapshot, b: Pick<Snapshot, 'catalog' | 'endpoints'>): boolean {
  return a.catalog !== b.catalog || JSON.stringify(a.endpoints) !== JSON.stringify(b.endpoints);
}

/** The wall clock in milliseconds, or one more than the last: a restarted service goes on above what it said before. */
export function nextVersion(last: bigint, now: Date): bigint {
  const clock = BigInt(now.getTime());
  return clock > last ? clock : last + 1n;
}
