import { beforeEach, describe, expect, it } from '@jest/globals';
import type { CatalogEndpoint } from '../catalog/routing-table.js';
import { EndpointHealth, type PickOptions } from './endpoint-health.js';

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

describe('EndpointHealth', () => {
  let health: EndpointHealth;

  beforeEach(() => {
    health = new EndpointHealth();
  });

  function pick(
    endpoints: CatalogEndpoint[],
    now: number,
    options: Partial<PickOptions> = {},
  ): CatalogEndpoint | undefined {
    return health.pick(endpoints, { tried: new Set(), homeRegion: 'us-east', now, ...options });
  }

  it('prefers the gateway’s own region while nothing is known', () => {
    const endpoints = [endpoint('far'), endpoint('near', { region: 'us-east' })];
    expect(pick(endpoints, 0)?.id).toBe('near');
  });

  it('picks the fastest healthy endpoint', () => {
    const endpoints = [
      endpoint('slow', { firstByteMs: 200 }),
      endpoint('fast', { firstByteMs: 50 }),
      endpoint('ejected', { firstByteMs: 5, healthy: false }),
    ];
    expect(pick(endpoints, 0)?.id).toBe('fast');
  });

  it('passes over an endpoint that just failed, but uses it where there is no other', () => {
    const endpoints = [endpoint('a', { firstByteMs: 10 }), endpoint('b', { firstByteMs: 500 })];
    health.failed('a', 0);
    expect(pick(endpoints, 999)?.id).toBe('b');
    expect(pick(endpoints, 999, { tried: new Set(['b']) })?.id).toBe('a');
    expect(pick(endpoints, 1_001)?.id).toBe('a');
  });

  it('passes it over for longer with each failure in a row, up to a bound', () => {
    const endpoints = [endpoint('a', { firstByteMs: 10 }), endpoint('b', { firstByteMs: 500 })];
    for (let i = 0; i < 20; i++) health.failed('a', 0);
    expect(pick(endpoints, 29_999)?.id).toBe('b');
    expect(pick(endpoints, 30_001)?.id).toBe('a');
  });

  it('lets one request try an ejected endpoint again, and the rest when that worked', () => {
    const endpoints = [endpoint('a', { firstByteMs: 10 }), endpoint('b', { firstByteMs: 500 })];
    health.failed('a', 0);
    expect(pick(endpoints, 1_001)?.id).toBe('a');
    expect(pick(endpoints, 1_002)?.id).toBe('b');
    health.succeeded('a', 10, 1_003);
    expect(pick(endpoints, 1_004)?.id).toBe('a');
    expect(pick(endpoints, 1_005)?.id).toBe('a');
  });

  it('ejects again at once when that request failed, and tries anew when it is never heard of', () => {
    const endpoints = [endpoint('a', { firstByteMs: 10 }), endpoint('b', { firstByteMs: 500 })];
    health.failed('a', 0);
    expect(pick(endpoints, 1_001)?.id).toBe('a');
    health.failed('a', 1_100);
    expect(pick(endpoints, 3_000)?.id).toBe('b');
    expect(pick(endpoints, 3_101)?.id).toBe('a');
    expect(pick(endpoints, 13_100)?.id).toBe('b');
    expect(pick(endpoints, 13_102)?.id).toBe('a');
  });

  it('comes back to an endpoint that was slow a while ago', () => {
    const endpoints = [
      endpoint('near', { region: 'us-east', firstByteMs: 20 }),
      endpoint('far', { firstByteMs: 120 }),
    ];
    for (let i = 0; i < 20; i++) health.succeeded('near', 2_000, 0);
    expect(pick(endpoints, 100)?.id).toBe('far');
    expect(pick(endpoints, 60_000)?.id).toBe('near');
  });

  it('keeps a session on one endpoint of several that are about as fast, while it is healthy', () => {
    const endpoints = ['a', 'b', 'c'].map((id) => endpoint(id, { firstByteMs: 100 }));
    const placeOf = (affinity: string, now: number) => pick(endpoints, now, { affinity })?.id;
    const sessions = Array.from({ length: 60 }, (_, i) => `session-${i}`);
    const places = sessions.map((session) => placeOf(session, 0));
    expect(new Set(places).size).toBe(3);
    expect(sessions.map((session) => placeOf(session, 1))).toEqual(places);
    health.failed('b', 2);
    sessions.forEach((session, i) => {
      if (places[i] === 'b') expect(placeOf(session, 3)).not.toBe('b');
      else expect(placeOf(session, 3)).toBe(places[i]);
    });
  });

  it('does not send a session to an endpoint that is much slower', () => {
    const endpoints = [
      endpoint('near', { firstByteMs: 50 }),
      endpoint('far', { firstByteMs: 500 }),
    ];
    for (let i = 0; i < 30; i++) {
      expect(pick(endpoints, 0, { affinity: `session-${i}` })?.id).toBe('near');
    }
  });

  it('reports what was seen once', () => {
    health.succeeded('a', 10, 0);
    health.succeeded('a', 20, 0);
    health.failed('b', 0);
    expect(health.takeTallies()).toEqual([
      { endpointId: 'a', succeeded: 2, failed: 0, meanFirstByteMs: 15 },
      { endpointId: 'b', succeeded: 0, failed: 1, meanFirstByteMs: 0 },
    ]);
    expect(health.takeTallies()).toEqual([]);
  });
});
