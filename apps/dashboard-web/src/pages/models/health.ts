import type { Model } from '@modelbridge/dashboard-api';
import type { Tone } from '../../ui/badge.js';

/** How a model does as a whole: one endpoint that answers is enough for that it does. */
export function healthOf({ endpoints }: Pick<Model, 'endpoints'>): { label: string; tone: Tone } {
  const healthy = endpoints.filter(({ state }) => state === 'healthy').length;
  if (endpoints.length === 0) return { label: 'No endpoint', tone: 'neutral' };
  if (healthy === endpoints.length) return { label: 'Healthy', tone: 'good' };
  if (healthy === 0) return { label: 'Failing', tone: 'danger' };
  return { label: `${healthy} of ${endpoints.length} healthy`, tone: 'warn' };
}

/** The quickest way to the model, from wherever it was measured; undefined before the first request. */
export function quickestMs({ endpoints }: Pick<Model, 'endpoints'>): number | undefined {
  const known = endpoints
    .filter(({ state }) => state === 'healthy')
    .flatMap(({ latencies }) => latencies.map(({ first_byte_ms }) => first_byte_ms));
  return known.length === 0 ? undefined : Math.min(...known);
}
