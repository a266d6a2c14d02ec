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

  /** The endpoint that is called, with a call of which nothing is heard. */
  function call(endpoints: CatalogEndpoint[], now: number): string | undefined {
    const id = pick(endpoints, now)?.id;
    if (id !== undefined) health.begin(id, false, now);
    return id;
  }

  /** A stream that began after so long, at `now`. */
  function succeeded(id: string, firstByteMs: number, now: number): void {
    const attempt = health.begin(id, true, now - firstByteMs);
    attempt.began(now);
    attempt.completed();
  }

  function failed(id: string, now: number): void {
    health.begin(id, true, now).failed(now);
  }

  it('prefers the gateway’s own region while nothing is known', () => {
    const endpoints = [endpoint('far'), endpoint('near', { region: 'us-east' })];
    expect(pick(endpoints, 0)?.id).toBe('near');
  });

  it('stays at home unless another is clearly faster', () => {
    const home = endpoint('home', { region: 'us-east', firstByteMs: 100 });
    expect(pick([endpoint('far', { firstByteMs: 40 }), home], 0)?.id).toBe('home');
    expect(pick([endpoint('far', { firstByteMs: 30 }), home], 0)?.id).toBe('far');
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
    failed('a', 0);
    expect(pick(endpoints, 999)?.id).toBe('b');
    expect(pick(endpoints, 999, { tried: new Set(['b']) })?.id).toBe('a');
    expect(pick(endpoints, 1_001)?.id).toBe('a');
  });

  it('keeps an endpoint of which one request of many fails, until three in a row do', () => {
    const endpoints = [endpoint('a', { firstByteMs: 10 }), endpoint('b', { firstByteMs: 500 })];
    for (let i = 0; i < 50; i++) succeeded('a', 10, 0);
    failed('a', 0);
    failed('a', 0);
    expect(pick(endpoints, 1)?.id).toBe('a');
    failed('a', 1);
    expect(pick(endpoints, 2)?.id).toBe('b');
  });

  it('passes it over for longer with each trial that fails, up to a bound', () => {
    const endpoints = [endpoint('a', { firstByteMs: 10 }), endpoint('b', { firstByteMs: 500 })];
    const pauses: number[] = [];
    let now = 0;
    for (let i = 0; i < 8; i++) {
      failed('a', now);
      let pause = 0;
      while (pick(endpoints, now + pause)?.id === 'b') pause += 100;
      pauses.push(pause);
      now += pause;
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('is not passed over for longer because much failed at once', () => {
    const endpoints = [endpoint('a', { firstByteMs: 10 }), endpoint('b', { firstByteMs: 500 })];
    const running = Array.from({ length: 20 }, () => health.begin('a', true, 0));
    for (const attempt of running) attempt.failed(100);
    expect(pick(endpoints, 1_099)?.id).toBe('b');
    expect(pick(endpoints, 1_101)?.id).toBe('a');
  });

  it('lets one request try an ejected endpoint again, and the rest when that worked', () => {
    const endpoints = [endpoint('a', { firstByteMs: 10 }), endpoint('b', { firstByteMs: 500 })];
    failed('a', 0);
    expect(call(endpoints, 1_001)).toBe('a');
    expect(pick(endpoints, 1_002)?.id).toBe('b');
    succeeded('a', 1, 1_003);
    expect(pick(endpoints, 1_004)?.id).toBe('a');
    expect(pick(endpoints, 1_005)?.id).toBe('a');
  });

  it('is not persuaded by a success of before', () => {
    const endpoints = [endpoint('a', { firstByteMs: 10 }), endpoint('b', { firstByteMs: 500 })];
    const before = health.begin('a', true, 0);
    failed('a', 10);
    before.began(20);
    expect(pick(endpoints, 30)?.id).toBe('b');
  });

  it('leaves the trial to the next request where the first was given up, or never made', () => {
    const endpoints = [endpoint('a', { region: 'us-east' }), endpoint('b')];
    failed('a', 0);
    failed('a', 0);
    failed('a', 0);
    expect(pick(endpoints, 1_001)?.id).toBe('a');
    expect(pick(endpoints, 1_002)?.id).toBe('a');
    const trial = health.begin('a', false, 1_003);
    expect(pick(endpoints, 1_004)?.id).toBe('b');
    trial.abandoned();
    expect(pick(endpoints, 1_005)?.id).toBe('a');
  });

  it('ejects again at once when that request failed, and tries anew when it is never heard of', () => {
    const endpoints = [endpoint('a', { firstByteMs: 10 }), endpoint('b', { firstByteMs: 500 })];
    failed('a', 0);
    expect(pick(endpoints, 1_001)?.id).toBe('a');
    failed('a', 1_100);
    expect(pick(endpoints, 3_000)?.id).toBe('b');
    expect(call(endpoints, 3_101)).toBe('a');
    expect(pick(endpoints, 13_100)?.id).toBe('b');
    expect(pick(endpoints, 13_102)?.id).toBe('a');
  });

  it('believes an endpoint that breaks replies off only when it has brought one to its end', () => {
    const endpoints = [endpoint('a', { firstByteMs: 10 }), endpoint('b', { firstByteMs: 500 })];
    const broken = health.begin('a', true, 0);
    broken.began(10);
    broken.failed(20);
    expect(pick(endpoints, 30)?.id).toBe('b');
    expect(pick(endpoints, 1_021)?.id).toBe('a');
    const trial = health.begin('a', true, 1_021);
    trial.began(1_030);
    expect(pick(endpoints, 1_040)?.id).toBe('b');
    trial.completed();
    expect(pick(endpoints, 1_050)?.id).toBe('a');
  });

  it('comes back to an endpoint that was slow a while ago', () => {
    const endpoints = [
      endpoint('near', { region: 'us-east', firstByteMs: 20 }),
      endpoint('far', { firstByteMs: 120 }),
    ];
    for (let i = 0; i < 20; i++) succeeded('near', 2_000, 0);
    expect(pick(endpoints, 100)?.id).toBe('far');
    expect(pick(endpoints, 60_000)?.id).toBe('near');
  });

  it('leaves an endpoint while it makes its requests wait, before any of them is answered', () => {
    const endpoints = [
      endpoint('near', { region: 'us-east' }),
      endpoint('far', { firstByteMs: 120 }),
    ];
    for (let i = 0; i < 20; i++) succeeded('near', 20, 0);
    health.begin('near', true, 0);
    expect(pick(endpoints, 1_000)?.id).toBe('near');
    expect(pick(endpoints, 1_100)?.id).toBe('far');
    const heard = health.begin('near', true, 1_100);
    heard.began(1_120);
    expect(pick(endpoints, 1_130)?.id).toBe('near');
  });

  it('spreads a burst over endpoints that are about as fast, and not what is usual for one', () => {
    const endpoints = [
      endpoint('home', { region: 'us-east', firstByteMs: 400 }),
      endpoint('far', { firstByteMs: 400 }),
    ];
    const burst = (count: number, now: number): string[] => {
      const called = Array.from({ length: count }, () => {
        const { id } = pick(endpoints, now, { streams: true })!;
        return { id, attempt: health.begin(id, true, now) };
      });
      for (const { attempt } of called) {
        attempt.began(now + 400);
        attempt.completed();
      }
      return called.map(({ id }) => id);
    };
    const spread = burst(20, 0);
    const athome = spread.filter((id) => id === 'home').length;
    expect(athome).toBeGreaterThanOrEqual(10);
    expect(athome).toBeLessThanOrEqual(13);
    // One after the other goes home, and so do many where so many have been waiting all along.
    expect(burst(4, 60_000)).toEqual(Array(4).fill('home'));
    for (let now = 120_000; now < 180_000; now += 400) burst(20, now);
    expect(burst(20, 180_000)).toEqual(Array(20).fill('home'));
  });

  it('lets single requests see whether a slow endpoint is fast again, ever more rarely', () => {
    // What others saw of it is as old as what was seen here.
    const near = endpoint('near', { region: 'us-east', firstByteMs: 3_000 });
    const endpoints = [near, endpoint('far', { firstByteMs: 120 })];
    expect(pick(endpoints, 0, { streams: false })?.id).toBe('far');
    const measuredAt: number[] = [];
    let measuring = pick(endpoints, 0, { streams: true })?.id === 'near';
    for (let now = 0; now < 30_000; now += 100) {
      if (measuring) {
        const attempt = health.begin('near', true, now);
        expect(pick(endpoints, now + 50, { streams: true })?.id).toBe('far');
        attempt.began((now += 3_000));
        measuredAt.push(now - 3_000);
      }
      measuring = pick(endpoints, now, { streams: true })?.id === 'near';
    }
    expect(measuredAt).toEqual([0, 3_100, 7_100, 15_100]);
    expect(pick(endpoints, 34_400, { streams: true })?.id).toBe('near');
    health.begin('near', true, 34_400).began(34_420);
    expect(pick(endpoints, 34_430, { streams: true })?.id).toBe('near');
    expect(pick(endpoints, 34_440, { streams: true })?.id).toBe('near');
  });

  it('does not take the time of whole replies for latency', () => {
    const endpoints = [
      endpoint('near', { region: 'us-east' }),
      endpoint('far', { firstByteMs: 120 }),
    ];
    const whole = health.begin('near', false, 0);
    expect(pick(endpoints, 19_000)?.id).toBe('near');
    whole.began(20_000);
    whole.completed();
    expect(pick(endpoints, 20_001)?.id).toBe('near');
    expect(health.takeTallies()).toEqual([
      { endpointId: 'near', succeeded: 1, failed: 0, meanFirstByteMs: 0 },
    ]);
  });

  it('keeps a session on one endpoint of several that are about as fast, while it is healthy', () => {
    const endpoints = ['a', 'b', 'c'].map((id) => endpoint(id, { firstByteMs: 100 }));
    const placeOf = (affinity: string, now: number) => pick(endpoints, now, { affinity })?.id;
    const sessions = Array.from({ length: 60 }, (_, i) => `session-${i}`);
    const places = sessions.map((session) => placeOf(session, 0));
    expect(new Set(places).size).toBe(3);
    expect(sessions.map((session) => placeOf(session, 1))).toEqual(places);
    failed('b', 2);
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
    succeeded('a', 10, 0);
    succeeded('a', 20, 0);
    failed('b', 0);
    expect(health.takeTallies()).toEqual([
      { endpointId: 'a', succeeded: 2, failed: 0, meanFirstByteMs: 15 },
      { endpointId: 'b', succeeded: 0, failed: 1, meanFirstByteMs: 0 },
    ]);
    expect(health.takeTallies()).toEqual([]);
  });
});
