import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { startGuarded, type GuardedProcess } from '../process/guarded-process.js';
import { poll } from '../process/poll.js';
import { unprivilegedUser } from '../process/unprivileged-user.js';
import { assertPortFree } from '../ports/ports.js';
import { secretFromFile } from '../secrets/secret-file.js';
import { findBinaries } from './binaries.js';
import { adviceOn, adviceOnRefusal } from './data-problems.js';
import {
  ownerOf,
  prepareDataDirectory,
  releaseDataDirectory,
  SERVER_ENVIRONMENT,
  SUPERUSER,
} from './data-directory.js';

const READY_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 10_000;
const STILL_IN_USE = 'pre-existing shared memory block';

const SETTINGS: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  shared_buffers: '128MB',
  max_connections: '200',
  max_wal_size: '1GB',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // The values of a failed statement may be personal data.
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
};

export interface PostgresOptions {
  /** Made and initialised on first use. A server that was left running on it is stopped first. */
  dataDir: string;
  port: number;
  /** Keeps the superuser's random password; by default `postgres-password` beside the data. */
  passwordFile?: string;
  /** The server's log; dropped without it. */
  logFile?: string;
  /** Server settings over the defaults, as `{ fsync: 'off' }` for data that are thrown away. */
  settings?: Record<string, string>;
}

export interface RunningPostgres extends GuardedProcess {
  /** The superuser's URL, for the database `postgres`. */
  url: string;
  /** Where the data really are: elsewhere than asked when the server's user cannot enter that path. */
  dataPlace: string;
}

/** Whether a Postgres answers a query; the reason when it does not. */
export async function pingPostgres(url: string): Promise<Error | undefined> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return undefined;
  } catch (error) {
    return error as Error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function logTail(logFile: string | undefined): Promise<string> {
  if (logFile === undefined) return '';
  const text = await readFile(logFile, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-5).join('\n');
}

/** Of a server that is up and will not answer otherwise, its SQLSTATE: one that starts or stops says 57P0x. */
function refusalOf(reason: Error): string | undefined {
  const { code } = reason as pg.DatabaseError;
  return reason instanceof pg.DatabaseError && !code?.startsWith('57P0') ? code : undefined;
}

async function waitUntilReady(
  server: GuardedProcess,
  url: string,
): Promise<'ready' | 'ended' | Error> {
  let ended = false;
  void server.exited.then(() => (ended = true));
  let reason: Error | undefined;
  await poll(async () => {
    reason = ended ? undefined : await pingPostgres(url);
    return ended || reason === undefined || refusalOf(reason) !== undefined;
  }, READY_TIMEOUT_MS);
  return ended ? 'ended' : (reason ?? 'ready');
}

/**
 * Starts a real Postgres on loopback and resolves when it answers. As root it runs as an
 * unprivileged user. It ends with this process, however this process ends.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const { port, logFile } = options;
  const dataDir = resolve(options.dataDir);
  const user = await ownerOf(dataDir, unprivilegedUser());
  const password = await secretFromFile(
    options.passwordFile ?? join(dirname(dataDir), 'postgres-password'),
  );
  const binaries = await findBinaries(user);
  const dataPlace = await prepareDataDirectory(dataDir, binaries, password, user);
  await releaseDataDirectory(dataPlace);
  await assertPortFree(port, 'Postgres');

  const url = `postgres://${SUPERUSER}:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;
  const settings = { ...SETTINGS, ...options.settings };
  const start = () =>
    startGuarded({
      command: binaries.postgres,
      args: [
        '-D',
        dataPlace,
        '-p',
        String(port),
        ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      cwd: dataPlace,
      env: SERVER_ENVIRONMENT,
      logFile,
      user,
      stopSignal: 'SIGINT',
      stopTimeoutMs: STOP_TIMEOUT_MS,
    });

  const deadline = performance.now() + READY_TIMEOUT_MS;
  for (;;) {
    const server = await start();
    const outcome = await waitUntilReady(server, url);
    if (outcome === 'ready') return { ...server, url, dataPlace };
    if (outcome === 'ended') {
      const tail = await logTail(logFile);
      // The backends of a server that was killed end by themselves within moments.
      if (tail.includes(STILL_IN_USE) && performance.now() < deadline) {
        await delay(200);
        continue;
      }
      const lines = [tail, adviceOn(tail, dataPlace, user)].filter((text) => text !== '');
      throw new Error([`Postgres ended while starting on port ${port}.`, ...lines].join('\n'));
    }
    await server.stop();
    throw new Error(
      `Postgres on port ${port} does not answer: ${outcome.message}. ` +
        adviceOnRefusal(refusalOf(outcome), dataPlace),
    );
  }
}
