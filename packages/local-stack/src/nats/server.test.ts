import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort } from '../ports/ports.js';
import { isRunning } from '../process/process-info.js';
import { pingNats, startNats, type RunningNats } from './server.js';

let state: string;
const running: RunningNats[] = [];

async function start(): Promise<RunningNats> {
  const server = await startNats({
    dataDir: join(state, 'nats'),
    port: await freePort(),
    monitoringPort: await freePort(),
    logFile: join(state, 'nats.log'),
  });
  running.push(server);
  return server;
}

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'modelbridge-test-'));
});

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
  await rm(state, { recursive: true, force: true });
});

describe('startNats', () => {
  it('serves JetStream behind a password, with room for messages of 8 MiB', async () => {
    const server = await start();
    expect(await pingNats(server.url)).toBeUndefined();
    const varz = (await (await fetch(`${server.monitoringUrl}/varz`)).json()) as {
      max_payload: number;
      auth_required: boolean;
      host: string;
      jetstream: { config: { store_dir: string } };
    };
    expect(varz).toMatchObject({ max_payload: 8_388_608, auth_required: true, host: '127.0.0.1' });
    expect(varz.jetstream.config.store_dir).toContain(state);
    for (const file of ['nats-password', 'nats/nats-server.conf']) {
      expect((await stat(join(state, file))).mode & 0o777).toBe(0o600);
    }
  });

  it('stops a server that was left running on the same store', async () => {
    const first = await start();
    const second = await start();
    expect(isRunning(first.pid)).toBe(false);
    expect(await pingNats(second.url)).toBeUndefined();
    expect(Number(await readFile(join(state, 'nats', 'nats-server.pid'), 'utf8'))).toBe(second.pid);
  });

  it('says why a server does not answer', async () => {
    const url = `nats://127.0.0.1:${await freePort()}`;
    expect((await pingNats(url))?.message).toMatch(/ECONNREFUSED/);
  });
});
