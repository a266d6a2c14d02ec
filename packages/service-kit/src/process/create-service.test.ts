import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { DynamicModule, Provider } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  eventually,
  testNats,
  testProxy,
  type TestDatabase,
  type TestNats,
  type TestProxy,
} from '@modelbridge/testing-kit';
import { Database } from '../database/database.js';
import { HealthRegistry } from '../health/health-registry.js';
import { KitModule } from '../module/kit.module.js';
import { NatsConnection } from '../messaging/nats-connection.js';
import { openDatabase } from '../testing/parts.js';
import { createService, type ServiceOptions } from './create-service.js';
import { Shutdown, shutdownBounds } from '../shutdown/shutdown.js';

const name = 'half-built';
const config = { LOG_LEVEL: 'silent', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };
const noMigrations = new URL('../../fixtures/migrations/', import.meta.url);

function service(kit: DynamicModule, ...providers: Provider[]): ServiceOptions {
  return { name, config, module: { module: class TestModule {}, imports: [kit], providers } };
}

describe('a service whose build fails', () => {
  let server: TestDatabase;
  let observer: Database;
  let nats: TestNats;
  let proxy: TestProxy;

  beforeAll(async () => {
    [{ database: observer, server }, nats] = await Promise.all([openDatabase(), testNats()]);
    proxy = await testProxy(nats.url);
  });
  afterEach(() => void jest.restoreAllMocks());
  afterAll(async () => {
    await observer.close();
    await proxy.close();
    await Promise.all([server.drop(), nats.stop()]);
  });

  it('leaves nothing open', async () => {
    const stopTracing = jest.spyOn(NodeTracerProvider.prototype, 'shutdown');
    const sessions = async (): Promise<number> =>
      (await observer.query('select 1 from pg_stat_activity where application_name = $1', [name]))
        .length;
    const seen = { sessions: 0, connections: 0 };
    const kit = KitModule.forRoot({
      name,
      config: { ...config, DATABASE_URL: server.url, NATS_URL: proxy.url },
      database: { migrationsDir: noMigrations },
      nats: true,
    });
    const fails: Provider = {
      provide: 'fails',
      inject: [Database, NatsConnection],
      useFactory: async (_database: Database, connection: NatsConnection) => {
        await connection.ready();
        seen.sessions = await sessions();
        seen.connections = proxy.open;
        throw new Error('cannot be built');
      },
    };
    await expect(createService(service(kit, fails))).rejects.toThrow('cannot be built');
    expect(seen).toEqual({ sessions: 1, connections: 1 });
    await eventually(async () => expect(await sessions()).toBe(0));
    await eventually(() => expect(proxy.open).toBe(0));
    expect(stopTracing).toHaveBeenCalledTimes(1);
  });

  it('closes what becomes ready afterwards too', async () => {
    let ready: (() => void) | undefined;
    const late = { onModuleDestroy: jest.fn() };
    const slow: Provider = {
      provide: 'slow',
      useFactory: () => new Promise((resolve) => (ready = () => resolve(late))),
    };
    const fails: Provider = {
      provide: 'fails',
      useFactory: () => Promise.reject(new Error('cannot be built')),
    };
    const built = createService(service(KitModule.forRoot({ name, config }), slow, fails));
    await expect(built).rejects.toThrow('cannot be built');
    expect(late.onModuleDestroy).not.toHaveBeenCalled();
    ready?.();
    await eventually(() => expect(late.onModuleDestroy).toHaveBeenCalledTimes(1));
  });
});

describe('the port for operations', () => {
  const withPorts = (ports: { HTTP_PORT?: number; OPS_PORT?: number }): ServiceOptions => {
    const ported = { ...config, ...ports };
    return { ...service(KitModule.forRoot({ name, config: ported })), config: ported };
  };
  const statuses = (port: number): Promise<number[]> =>
    Promise.all(
      ['livez', 'readyz', 'metrics', 'other'].map(
        async (path) => (await fetch(`http://127.0.0.1:${port}/${path}`)).status,
      ),
    );

  it('has health and metrics, and the other one no metrics then', async () => {
    const running = await createService(withPorts({ OPS_PORT: 0 }));
    expect(await statuses(running.opsPort)).toEqual([200, 200, 200, 404]);
    expect(await statuses(running.httpPort)).toEqual([200, 200, 404, 404]);
    const asked = await fetch(`http://127.0.0.1:${running.opsPort}/metrics`);
    expect(await asked.text()).toContain('process_cpu_seconds_total{service="half-built"}');
    running.app.get(HealthRegistry).register('broken', () => Promise.reject(new Error('no')));
    const unready = await fetch(`http://127.0.0.1:${running.opsPort}/readyz`);
    expect([unready.status, await unready.json()]).toEqual([
      503,
      { status: 'unavailable', failing: ['broken'] },
    ]);
    await running.close();
    await expect(statuses(running.opsPort)).rejects.toThrow();
  });

  it('is the one of HTTP where none is set', async () => {
    const running = await createService(withPorts({}));
    expect(running.opsPort).toBe(0);
    expect(await statuses(running.httpPort)).toEqual([200, 200, 200, 404]);
    await running.close();
  });

  it('is another than that of HTTP', async () => {
    await expect(createService(withPorts({ HTTP_PORT: 4000, OPS_PORT: 4000 }))).rejects.toThrow(
      'OPS_PORT is the same as HTTP_PORT',
    );
  });
});

describe('the shutdown of a service', () => {
  const draining = (work: () => Promise<void>, withinMs: number): ServiceOptions => ({
    ...service(KitModule.forRoot({ name, config })),
    beforeListen: (app) => app.get(Shutdown).onDrain(work, withinMs),
  });

  it('may take what its steps may take together', async () => {
    const { httpMs, restMs } = shutdownBounds;
    const running = await createService(draining(() => Promise.resolve(), 2_000));
    expect(running.shutdownMs).toBe(2_000 + httpMs + restMs);
    await running.close();
  });

  it('is refused at the start where that is more than anybody waits', async () => {
    const { totalMs, httpMs, restMs } = shutdownBounds;
    const longest = totalMs - httpMs - restMs;
    await (await createService(draining(() => Promise.resolve(), longest))).close();
    const tooLong = createService(draining(() => Promise.resolve(), longest + 1));
    await expect(tooLong).rejects.toThrow('a shutdown may take 8001 ms, 8000 at most');
  });

  it('goes on without a part that is not drained in its time', async () => {
    const running = await createService(draining(() => new Promise(() => undefined), 50));
    await running.close();
  });
});
