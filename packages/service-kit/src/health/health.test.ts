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
      env: {
        POSTGRES_VOLUME: '1MiB',
        JETSTREAM_VOLUME: '10MiB',
        JETSTREAM_ROOM_LOW: '9MiB',
        JETSTREAM_ROOM_LEAST: '8MiB',
      },
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

  const exposition = async (): Promise<string> =>
    (await fetch(`${service.httpUrl}/metrics`)).text();

  it('is ready as soon as NATS is there, and stays so when it goes', async () => {
    await nats.start();
    await eventually(async () => expect((await get('/readyz')).status).toBe(200));
    await nats.stop();
    const connection = service.running.app.get(NatsConnection);
    await eventually(() => expect(connection.isConnected).toBe(false));
    expect((await get('/readyz')).status).toBe(200);
    expect(await exposition()).toContain('nats_connected{service="echo"} 0');
    await nats.start();
    await eventually(() => expect(connection.isConnected).toBe(true));
  });

  it('tells of a Postgres that is larger than its disk should hold', async () => {
    const below = 'room_below_watermark{volume="postgres",watermark="low",service="echo"} 1';
    await eventually(async () => expect(await exposition()).toContain(below));
  });

  it('is not ready while JetStream has less room than it is to have, and says so', async () => {
    const { client, manager } = await service.running.app.get(NatsConnection).ready();
    await manager.streams.add({ name: 'FILLING', subjects: ['filling'] });
    expect((await get('/readyz')).status).toBe(200);
    for (let sent = 0; sent < 5; sent++) await client.publish('filling', Buffer.alloc(512 * 1024));
    expect(await get('/readyz')).toEqual({
      status: 503,
      body: { status: 'unavailable', failing: ['jetstream room'] },
    });
    const below = 'room_below_watermark{volume="jetstream",watermark="least",service="echo"} 1';
    await eventually(async () => expect(await exposition()).toContain(below));
    await manager.streams.delete('FILLING');
    await eventually(async () => expect((await get('/readyz')).status).toBe(200));
  });

  it('tells nobody what it is made of', async () => {
    const response = await fetch(`${service.httpUrl}/healthz`);
    expect([...response.headers.keys()]).not.toContain('x-powered-by');
    expect([...response.headers.keys()]).not.toContain('server');
  });
});
