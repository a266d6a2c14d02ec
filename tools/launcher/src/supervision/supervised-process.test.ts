import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort, isRunning } from '@modelbridge/local-stack';
import { eventually } from '@modelbridge/testing-kit';
import { startNodeProcess } from './node-process.js';
import { missingForReadiness } from './readiness.js';
import { StartError, SupervisedProcess } from './supervised-process.js';

const APP = `
import { createServer } from 'node:http';
createServer((_, response) => response.end('ok')).listen(Number(process.env.HTTP_PORT), '127.0.0.1');
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.env.STUBBORN || process.exit(0));
console.log('up', process.pid);
`;

let directory: string;
let supervised: SupervisedProcess | undefined;
let told: string[];
let onDied: () => void;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'modelbridge-test-'));
  told = [];
  onDied = () => undefined;
});
afterEach(async () => {
  await supervised?.stop(1_000);
  await rm(directory, { recursive: true, force: true });
});

async function supervise(
  source: string,
  environment: Record<string, string> = {},
): Promise<SupervisedProcess> {
  const port = await freePort();
  const entry = join(directory, 'app.mjs');
  await writeFile(entry, source);
  supervised = new SupervisedProcess(
    {
      name: 'app',
      launch: () =>
        startNodeProcess({
          entry,
          environment: { HTTP_PORT: String(port), ...environment },
          logFile: join(directory, 'app.log'),
        }),
      missing: () => missingForReadiness(port),
    },
    {
      died: (name, why, restartInMs) => {
        told.push(`${name}: ${why}, ${restartInMs}`);
        onDied();
      },
      back: (name, pid) => told.push(`${name}: back ${pid}`),
    },
  );
  return supervised;
}

describe('a supervised process', () => {
  it('is ready when its start resolves, and gone when its stop does', async () => {
    const app = await supervise(APP);
    await app.start();
    const pid = app.pid ?? 0;
    expect(isRunning(pid)).toBe(true);
    await app.stop(2_000);
    expect(isRunning(pid)).toBe(false);
    expect(told).toEqual([]);
    expect(await readFile(join(directory, 'app.log'), 'utf8')).toBe(`up ${pid}\n`);
  });

  it('is started again when it dies, and that is said', async () => {
    const app = await supervise(APP);
    await app.start();
    const first = app.pid ?? 0;
    process.kill(first, 'SIGKILL');
    await eventually(() => expect(told).toHaveLength(2));
    expect(app.pid).not.toBe(first);
    expect(told).toEqual(['app: SIGKILL, 250', `app: back ${app.pid}`]);
  });

  it('is killed when it does not stop in time', async () => {
    const app = await supervise(APP, { STUBBORN: '1' });
    await app.start();
    const pid = app.pid ?? 0;
    await app.stop(200);
    expect(isRunning(pid)).toBe(false);
  });

  it('gives up a first start that ends again and again, naming how', async () => {
    const app = await supervise('process.exit(7)');
    await expect(app.start()).rejects.toThrow(new StartError('app', 'exit code 7'));
  });

  it('is not started again once it is told to stop', async () => {
    const app = await supervise(APP);
    await app.start();
    const pid = app.pid ?? 0;
    // While it is dead: before the time after which it would be started again.
    const stopped = new Promise<void>((resolve) => {
      onDied = () => resolve(app.stop(1_000));
    });
    process.kill(pid, 'SIGKILL');
    await stopped;
    expect(app.pid).toBe(pid);
    expect(told).toEqual(['app: SIGKILL, 250']);
  });
});
