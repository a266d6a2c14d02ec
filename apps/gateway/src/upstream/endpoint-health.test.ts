import { beforeEach, describe, expect, it } from '@jest/globals';
import type { CatalogEndpoint } from '../catalog/routing-table.js';
import { EndpointHealth } from './endpoint-health.js';

function endpoint(id: string, given: Partial<CatalogEndpoint> = {}): CatalogEndpoint {
  return {
    id,
    modelId: 'm',
    provider: 'selfhosted',
    region: 'us-west',
    origin: 'http://127.0.0.1:1',
    basePath: '',
    upstreamModel: 'm',
    formats: ['chat'],
    healthy: true,
    firstByteMs: undefined,
    ...given,
  };
}

const none = new Set<string>();

describe('EndpointHealth', () => {
  let health: EndpointHealth;

  beforeEach(() => {
    health = new EndpointHealth();
  });

  it('prefers the gateway’s own region while nothing is known', () => {
    const endpoints = [endpoint('far'), endpoint('near', { region: 'us-east' })];
    expect(health.pick(endpoints, none, 'us-east', 0)?.id).toBe('near');
  });

  it('picks the fastest healthy endpoint', () => {
    const endpoints = [
      endpoint('slow', { firstByteMs: 200 }),
      endpoint('fast', { firstByteMs: 50 }),
      endpoint('ejected', { firstByteMs: 5, healthy: false }),
    ];
    expect(health.pick(endpoints, none, 'us-east', 0)?.id).toBe('fast');
  });

  it('passes over an endpoint that just failed, but uses it where there is no other', () => {
    const endpoints = [endpoint('a', { firstByteMs: 10 }), endpoint('b', { firstByteMs: 500 })];
    health.failed('a', 0);
    expect(health.pick(endpoints, none, 'us-east', 999)?.id).toBe('b');
    expect(health.pick(endpoints, new Set(['b']), 'us-east', 999)?.id).toBe('a');
    expect(health.pick(endpoints, none, 'us-east', 1_001)?.id).toBe('a');
  });

  it('passes it over for longer with each failure in a row, up to a bound', () => {
    const endpoints = [endpoint('a', { firstByteMs: 10 }), endpoint('b', { firstByteMs: 500 })];
    for (let i = 0; i < 20; i++) health.failed('a', 0);
    expect(health.pick(endpoints, none, 'us-east', 29_999)?.id).toBe('b');
    expect(health.pick(endpoints, none, 'us-east', 30_001)?.id).toBe('a');
  });

  it('reports what was seen once', () => {
    health.succeeded('a', 10);
    health.succeeded('a', 20);
    health.failed('b', 0);
    expect(health.takeTallies()).toEqual([
      { endpointId: 'a', succeeded: 2, failed: 0, meanFirstByteMs: 15 },
      { endpointId: 'b', succeeded: 0, failed: 1, meanFirstByteMs: 0 },
    ]);
    expect(health.takeTallies()).toEqual([]);
  });
});
