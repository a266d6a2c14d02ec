import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  eventually,
  startTestService,
  testNats,
  type TestNats,
  type TestService,
} from '@modelbridge/testing-kit';
import { z } from 'zod';
import { loadConfig } from '../config/load-config.js';
import { databaseConfig, httpConfig, logConfig, natsConfig } from '../config/shapes.js';
import { NatsConnection } from '../messaging/nats-connection.js';
import { schemaOf } from '../database/migrations.js';
import { createService, type RunningService } from '../process/create-service.js';
import { echoModule } from '../testing/echo-service.js';

const schema = z.object({ ...httpConfig, ...databaseConfig, ...natsConfig, ...logConfig });
const noMigrations = new URL('../../fixtures/migrations/', import.meta.url);

describe('health', () => {
  let nats: TestNats;
  let service: TestService<RunningService>;

  beforeAll(async () => {
    nats = await testNats();
    await nats.stop();
    service = await startTestService({
      start: createService,
      name: 'echo',
      database: schemaOf([noMigrations]),
      nats,
      options: (env) => {
        const config = loadConfig(schema, env);
        const kit = { name: 'echo', config, database: { migrationsDir: noMigrations }, nats: true };
        return { name: 'echo', config, module: echoModule(kit) };
      },
    });
  });
  afterAll(async () => {
    await service.close();
    await nats.stop();
  });

  const get = async (path: string): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(service.httpUrl + path);
    return { status: response.status, body: await response.json() };
  };

  it('boots without NATS, is alive, and names what it waits for', async () => {
    expect(await get('/healthz')).toEqual({ status: 200, body: { status: 'ok' } });
    expect(await get('/readyz')).toEqual({
      status: 503,
      body: { status: 'unavailable', failing: ['nats'] },
    });
  });

  it('is ready as soon as NATS is there, and stays so when it goes', async () => {
    await nats.start();
    await eventually(async () => expect((await get('/readyz')).status).toBe(200));
    await nats.stop();
    const connection = service.running.app.get(NatsConnection);
    await eventually(() => expect(connection.isConnected).toBe(false));
    expect((await get('/readyz')).status).toBe(200);
    const exposition = await (await fetch(`${service.httpUrl}/metrics`)).text();
    expect(exposition).toContain('nats_connected{service="echo"} 0');
  });

  it('tells nobody what it is made of', async () => {
    const response = await fetch(`${service.httpUrl}/healthz`);
    expect([...response.headers.keys()]).not.toContain('x-powered-by');
    expect([...response.headers.keys()]).not.toContain('server');
  });
});
