import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  EndpointState,
  type EndpointReport,
  type Snapshot,
  type WatchSnapshotsResponse,
} from '@modelbridge/contracts/routing.v1';
import { Database } from '@modelbridge/service-kit/database';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { eventually, testPostgres, type TestDatabase } from '@modelbridge/testing-kit';
import { shippedCatalog } from './catalog/shipped-catalog.js';
import { ProbesService } from './health/probes.service.js';
import { startTestRouting, type TestRouting } from './testing/test-routing.js';

const openai = 'openai:global:gpt-5.4';
const anthropic = 'anthropic:global:claude-sonnet-4-6';

let database: TestDatabase;
let routing: TestRouting;
let poolStatus = 200;
let poolModels: string[] = [];
const pool = createServer((_, response) => {
  const data = poolModels.map((id) => ({ id }));
  response.writeHead(poolStatus).end(JSON.stringify({ data }));
});

beforeAll(async () => {
  await new Promise<void>((resolve) => pool.listen(0, '127.0.0.1', resolve));
  database = await testPostgres();
  routing = await start();
});
afterAll(async () => {
  await routing.close();
  await database.drop();
  pool.close();
});

function start(catalog?: unknown): Promise<TestRouting> {
  const { port } = pool.address() as AddressInfo;
  return startTestRouting({
    database,
    catalog,
    env: { SELFHOSTED_US_EAST_URL: `http://127.0.0.1:${port}/v1/` },
  });
}

async function snapshot(): Promise<Snapshot> {
  const { snapshot: newest } = await routing.client.getSnapshot({});
  if (newest === undefined) throw new Error('no snapshot');
  return newest;
}

async function stateOf(endpointId: string): Promise<EndpointState | undefined> {
  return (await snapshot()).endpoints.find(({ id }) => id === endpointId)?.state;
}

function report(
  ...endpoints: (Partial<EndpointReport> & { endpointId: string })[]
): Promise<unknown> {
  return routing.client.reportEndpoints({
    gatewayId: 'gateway-1',
    gatewayRegion: 'eu-west',
    endpoints: endpoints.map((seen) => ({
      succeeded: 0n,
      failed: 0n,
      meanFirstByteMs: 0,
      ...seen,
    })),
  });
}

/** Collects a watch until the test is over. */
function watch(): { seen: { snapshot: Snapshot; atMs: number }[]; stop(): void } {
  const seen: { snapshot: Snapshot; atMs: number }[] = [];
  const stream = routing.client.watchSnapshots({});
  stream.on('data', ({ snapshot: next }: WatchSnapshotsResponse) => {
    if (next !== undefined) seen.push({ snapshot: next, atMs: performance.now() });
  });
  stream.on('error', () => undefined);
  return { seen, stop: () => stream.cancel() };
}

describe('a snapshot', () => {
  it('holds the catalog and an endpoint for every place that exists', async () => {
    const { models, endpoints } = await snapshot();
    expect(models).toHaveLength(12);
    expect(endpoints).toHaveLength(8 + 4);
    const sonnet = models.find(({ id }) => id === 'claude-sonnet-4-0');
    expect(sonnet?.price?.tiers.map((tier) => [tier.aboveInputTokens, tier.outputPicoUsd])).toEqual(
      [
        [0n, 15_000_000n],
        [200_000n, 22_500_000n],
      ],
    );
    expect(sonnet?.contentPolicy).toBe('CONTENT_POLICY_SEALED_30_DAYS');
    const kimi = endpoints.find(({ modelId }) => modelId === 'kimi-k2.5');
    expect(kimi).toMatchObject({
      region: 'us-east',
      upstreamModel: 'moonshotai/Kimi-K2.5',
      apis: ['API_CHAT_COMPLETIONS'],
      state: EndpointState.HEALTHY,
    });
    expect(kimi?.baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);
  });
});

describe('a report', () => {
  it('shows in the next snapshots as the latency that its region sees', async () => {
    await report({ endpointId: anthropic, succeeded: 4n, meanFirstByteMs: 300 });
    await eventually(async () => {
      const { endpoints } = await snapshot();
      expect(endpoints.find(({ id }) => id === anthropic)?.latencies).toEqual([
        { gatewayRegion: 'eu-west', firstByteMs: 300 },
      ]);
    });
  });

  it('of whole replies alone leaves the latency as it was', async () => {
    await report({ endpointId: anthropic, succeeded: 4n, meanFirstByteMs: 0 });
    await report({ endpointId: openai, succeeded: 1n, meanFirstByteMs: 77 });
    await eventually(async () => {
      const { endpoints } = await snapshot();
      const latencyOf = (endpointId: string) =>
        endpoints.find(({ id }) => id === endpointId)?.latencies.map((seen) => seen.firstByteMs);
      expect([latencyOf(openai), latencyOf(anthropic)]).toEqual([[77], [300]]);
    });
  });

  it('of five failures reaches watchers as an ejection, which ends by itself', async () => {
    const watching = watch();
    await eventually(() => expect(watching.seen).toHaveLength(1));
    await report({ endpointId: openai, failed: 5n });
    await eventually(() => {
      const newest = watching.seen.at(-1)?.snapshot;
      const state = newest?.endpoints.find(({ id }) => id === openai)?.state;
      expect(state).toBe(EndpointState.EJECTED);
    });
    const [first, ...rest] = watching.seen.map(({ snapshot: { version } }) => version);
    for (const version of rest) expect(version).toBeGreaterThan(first ?? 0n);
    await eventually(async () => expect(await stateOf(openai)).toBe(EndpointState.HEALTHY));
    watching.stop();
  });

  it('is pushed with others of the same moment: four a second at most', async () => {
    const watching = watch();
    await eventually(() => expect(watching.seen).toHaveLength(1));
    for (let i = 1; i <= 40; i += 1) {
      await report({ endpointId: anthropic, succeeded: 100n, meanFirstByteMs: i * 1_000 });
    }
    const { version } = await eventually(async () => {
      const newest = await snapshot();
      const mean = newest.endpoints.find(({ id }) => id === anthropic)?.latencies[0]?.firstByteMs;
      expect(mean).toBeGreaterThan(19_000);
      return newest;
    });
    await eventually(() => expect(watching.seen.at(-1)?.snapshot.version).toBe(version));
    const pushes = watching.seen.slice(1);
    expect(pushes.length).toBeLessThan(40);
    for (const [i, { snapshot: pushed }] of pushes.entries()) {
      const before = pushes[i - 1]?.snapshot.publishedAt?.getTime();
      if (before === undefined) continue;
      expect((pushed.publishedAt?.getTime() ?? 0) - before).toBeGreaterThanOrEqual(240);
    }
    watching.stop();
  });

  it('of an endpoint that is no more is passed over', async () => {
    await expect(report({ endpointId: 'openai:global:gone', failed: 9n })).resolves.toEqual({});
  });

  it.each([
    ['gateway_region', { gatewayRegion: 'mars' }],
    ['gateway_id', { gatewayId: '' }],
    [
      'endpoints',
      {
        endpoints: [{ endpointId: openai, succeeded: 0n, failed: 1_000_001n, meanFirstByteMs: 0 }],
      },
    ],
  ])('with a bad %s is refused', async (field, part) => {
    const error = await routing.client
      .reportEndpoints({ gatewayId: 'gateway-1', gatewayRegion: 'us-east', endpoints: [], ...part })
      .catch(rpcErrorFrom);
    expect(error).toMatchObject({ code: 'invalid_argument', field });
  });
});

describe('a self-hosted pool', () => {
  it('is taken out of use by its probes alone', async () => {
    const probes = routing.service.running.app.get(ProbesService);
    const kimi = 'selfhosted:us-east:kimi-k2.5';
    await probes.probeAll();
    expect(await stateOf(kimi)).toBe(EndpointState.HEALTHY);
    poolStatus = 503;
    for (let i = 0; i < 5; i += 1) await probes.probeAll();
    await eventually(async () => expect(await stateOf(kimi)).toBe(EndpointState.EJECTED));
    expect(await stateOf(openai)).toBe(EndpointState.HEALTHY);
    poolStatus = 200;
  });

  it('has no endpoint of a model that it does not list, until it does', async () => {
    const probes = routing.service.running.app.get(ProbesService);
    const kimi = 'selfhosted:us-east:kimi-k2.5';
    const glm = 'selfhosted:us-east:glm-5';
    const offered = async (): Promise<string[]> => {
      await probes.probeAll();
      const ids = (await snapshot()).endpoints.map(({ id }) => id);
      return ids.filter((id) => id === kimi || id === glm);
    };
    expect((await offered()).sort()).toEqual([glm, kimi]);
    poolModels = ['zai-org/GLM-5'];
    await eventually(async () => expect(await offered()).toEqual([glm]));
    // No list says nothing: neither that it has the model, nor that it has not.
    poolStatus = 401;
    expect(await offered()).toEqual([glm]);
    poolStatus = 200;
    poolModels = ['zai-org/GLM-5', 'moonshotai/Kimi-K2.5'];
    await eventually(async () => expect((await offered()).sort()).toEqual([glm, kimi]));
    poolModels = [];
  });
});

describe('the catalog', () => {
  const renamed = (version: string, displayName: string): unknown => {
    const catalog = shippedCatalog() as { version: string; models: { displayName: string }[] };
    return {
      ...catalog,
      version,
      models: catalog.models.map((model, i) => (i === 0 ? { ...model, displayName } : model)),
    };
  };

  it('reaches watchers when a newer version is in the database', async () => {
    const watching = watch();
    await eventually(() => expect(watching.seen).toHaveLength(1));
    await routing.service.running.app
      .get(Database)
      .execute('insert into catalog_version (version, catalog) values ($1, $2)', [
        '2026-09-01',
        JSON.stringify(renamed('2026-09-01', 'Renamed')),
      ]);
    await eventually(() => {
      expect(watching.seen.at(-1)?.snapshot.models[0]?.displayName).toBe('Renamed');
    });
    watching.stop();
  });

  it('stays the newest one after a restart with an older build, and versions go on growing', async () => {
    const { version } = await snapshot();
    await routing.close();
    routing = await start();
    const restarted = await snapshot();
    expect(restarted.models[0]?.displayName).toBe('Renamed');
    expect(restarted.version).toBeGreaterThan(version);
  });

  it('cannot be changed under a version that is out', async () => {
    const [{ version }] = [shippedCatalog() as { version: string }];
    await expect(start(renamed(version, 'Changed'))).rejects.toThrow(
      'give the changed catalog a new version',
    );
    const rows = routing.service.running.app.get(Database);
    await expect(rows.execute(`update catalog_version set version = 'x'`)).rejects.toThrow(
      'immutable',
    );
  });
});
