import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { freePort, PortTakenError } from '../ports/ports.js';
import { isRunning } from '../process/process-info.js';
import { removeDataDirectory } from './data-directory.js';
import { startPostgres, type RunningPostgres } from './server.js';

const running: RunningPostgres[] = [];
const directories: string[] = [];

async function stateDirectory(mode: number): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'modelbridge-test-'));
  await chmod(directory, mode);
  directories.push(directory);
  return directory;
}

async function start(state: string, port?: number): Promise<RunningPostgres> {
  const server = await startPostgres({
    dataDir: join(state, 'postgres'),
    port: port ?? (await freePort()),
    logFile: join(state, 'postgres.log'),
  });
  running.push(server);
  return server;
}

async function query<T>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows as T[];
  } finally {
    await client.end();
  }
}

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
  for (const directory of directories.splice(0)) {
    await removeDataDirectory(join(directory, 'postgres'));
    await rm(directory, { recursive: true, force: true });
  }
});

describe('startPostgres', () => {
  it('serves a durable UTF-8 database to the superuser alone', async () => {
    const state = await stateDirectory(0o755);
    const server = await start(state);
    const rows = await query<Record<string, string>>(
      server.url,
      `SELECT current_setting('fsync') AS fsync, current_setting('server_encoding') AS encoding,
              current_setting('listen_addresses') AS addresses`,
    );
    expect(rows).toEqual([{ fsync: 'on', encoding: 'UTF8', addresses: '127.0.0.1' }]);
    const wrong = new URL(server.url);
    wrong.password = 'wrong';
    await expect(query(wrong.href, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
    expect((await stat(join(state, 'postgres-password'))).mode & 0o777).toBe(0o600);
  });

  it('keeps the data over a stop, a SIGKILL and a start', async () => {
    const state = await stateDirectory(0o755);
    const first = await start(state);
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    process.kill(first.pid, 'SIGKILL');
    await first.exited;
    const second = await start(state);
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('stops a server that was left running on the same data', async () => {
    const state = await stateDirectory(0o755);
    const first = await start(state);
    const second = await start(state);
    expect(isRunning(first.pid)).toBe(false);
    expect(await query(second.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('runs where its user cannot enter the state directory, and keeps those data too', async () => {
    const state = await stateDirectory(0o700);
    const first = await start(state);
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    const second = await start(state);
    expect(second.dataPlace).toBe(first.dataPlace);
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    await second.stop();
    await removeDataDirectory(join(state, 'postgres'));
    await expect(stat(first.dataPlace)).rejects.toThrow(/ENOENT/);
  });

  it('names the part, the port and the holder when the port is taken', async () => {
    const first = await start(await stateDirectory(0o755));
    const port = Number(new URL(first.url).port);
    const second = start(await stateDirectory(0o755), port);
    await expect(second).rejects.toThrow(PortTakenError);
    await expect(second).rejects.toThrow(
      `Port ${port} (Postgres) is taken by process ${first.pid}`,
    );
  });

  it('says that the data cannot be opened when the password was lost', async () => {
    const state = await stateDirectory(0o755);
    const first = await start(state);
    await first.stop();
    await rm(join(state, 'postgres-password'));
    await expect(start(state)).rejects.toThrow(/password authentication failed.*reset the state/s);
    expect(await readFile(join(state, 'postgres.log'), 'utf8')).toContain(
      'password authentication',
    );
  });
});
