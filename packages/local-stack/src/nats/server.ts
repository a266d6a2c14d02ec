import { mkdir, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { assertPortFree } from '../ports/ports.js';
import { startGuarded, type GuardedProcess } from '../process/guarded-process.js';
import type { SharedGuard } from '../process/shared-guard.js';
import { poll } from '../process/poll.js';
import { commandOf, isRunning } from '../process/process-info.js';
import { terminate } from '../process/terminate.js';
import { secretFromFile, writeSecretFile } from '../secrets/secret-file.js';
import { findNatsServer, type FindNatsOptions, type NatsServerBinary } from './find.js';

const READY_TIMEOUT_MS = 15_000;
const STOP_TIMEOUT_MS = 5_000;
const USER = 'modelbridge';

/** The largest message that is accepted: sealed content travels as one message. */
const MAX_PAYLOAD_BYTES = 8 * 1024 * 1024;

/** The bounds of all streams together, and more: they never hold so much, and what a disk lacks is told when it does. */
const MAX_FILE_STORE_BYTES = 16 * 1024 ** 3;

export interface NatsOptions extends FindNatsOptions {
  /** JetStream's store, the configuration and the pid file. A server left running on it is stopped first. */
  dataDir: string;
  port: number;
  /** Serves /healthz and /varz on loopback; none without it. */
  monitoringPort?: number;
  /** Keeps the random password; by default `nats-password` beside the data. */
  passwordFile?: string;
  /** Entries of `authorization.users` besides the first user, who may do everything. */
  users?: readonly string[];
  /** The server's log; dropped without it. */
  logFile?: string;
  /** Guards this server among others, which then has no log. */
  guard?: SharedGuard;
  /** The program, where it is found already. */
  binary?: NatsServerBinary;
}

export interface RunningNats extends GuardedProcess {
  /** With the user who may do everything, and the password. */
  url: string;
  monitoringUrl: string | undefined;
}

/** Whether a NATS server greets on the host and port of a URL; the reason when it does not. */
export function pingNats(url: string): Promise<Error | undefined> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port || 4222), timeout: 3_000 });
    const done = (reason?: Error) => {
      socket.destroy();
      resolve(reason);
    };
    socket.once('error', done);
    socket.once('timeout', () => done(new Error('no answer within 3 s')));
    socket.once('end', () => done(new Error('it closed the connection')));
    socket.once('data', (data: Buffer) =>
      done(data.toString().startsWith('INFO ') ? undefined : new Error('it is not a NATS server')),
    );
  });
}

function configuration(
  options: NatsOptions,
  dataDir: string,
  pidFile: string,
  password: string,
): string {
  const text = (value: string) => JSON.stringify(value);
  return [
    'server_name: modelbridge-local',
    'host: 127.0.0.1',
    `port: ${options.port}`,
    ...(options.monitoringPort ? [`http: "127.0.0.1:${options.monitoringPort}"`] : []),
    `pid_file: ${text(pidFile)}`,
    `max_payload: ${MAX_PAYLOAD_BYTES}`,
    'jetstream {',
    `  store_dir: ${text(dataDir)}`,
    '  sync_interval: "1s"',
    // By default a part of the disk that is free: on a small one no stream could be made. Nothing is reserved.
    `  max_file_store: ${MAX_FILE_STORE_BYTES}`,
    '}',
    'authorization {',
    '  users: [',
    `    { user: ${USER}, password: ${text(password)} }`,
    ...(options.users ?? []).map((entry) => `    ${entry}`),
    '  ]',
    '}',
    '',
  ].join('\n');
}

async function stopLeftOver(pidFile: string, configurationFile: string): Promise<void> {
  const pid = Number.parseInt(await readFile(pidFile, 'utf8').catch(() => ''), 10);
  if (!Number.isNaN(pid) && isRunning(pid) && commandOf(pid)?.includes(configurationFile)) {
    await terminate(pid, 'SIGTERM', STOP_TIMEOUT_MS);
  }
  await rm(pidFile, { force: true });
}

/**
 * Starts a real nats-server with JetStream on loopback and resolves when it answers. It ends with
 * this process, however this process ends.
 */
export async function startNats(options: NatsOptions): Promise<RunningNats> {
  const { port, monitoringPort, logFile } = options;
  const dataDir = resolve(options.dataDir);
  const binary = options.binary ?? (await findNatsServer(options));
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const password = await secretFromFile(
    options.passwordFile ?? join(dirname(dataDir), 'nats-password'),
  );
  const pidFile = join(dataDir, 'nats-server.pid');
  const configurationFile = join(dataDir, 'nats-server.conf');
  await stopLeftOver(pidFile, configurationFile);
  await assertPortFree(port, 'NATS');
  if (monitoringPort) await assertPortFree(monitoringPort, 'NATS monitoring');
  await writeSecretFile(configurationFile, configuration(options, dataDir, pidFile, password));

  const program = {
    command: binary.path,
    args: ['-c', configurationFile],
    cwd: dataDir,
    env: { PATH: process.env['PATH'] ?? '' },
    stopSignal: 'SIGTERM' as const,
    stopTimeoutMs: STOP_TIMEOUT_MS,
  };
  const server = await (options.guard?.run(program) ?? startGuarded({ ...program, logFile }));
  const url = `nats://${USER}:${encodeURIComponent(password)}@127.0.0.1:${port}`;
  let ended = false;
  void server.exited.then(() => (ended = true));
  let reason: Error | undefined;
  await poll(async () => {
    reason = ended ? new Error('it ended while starting') : await pingNats(url);
    return ended || reason === undefined;
  }, READY_TIMEOUT_MS);
  if (reason) {
    await server.stop();
    throw new Error(
      `nats-server ${binary.version} on port ${port} does not answer: ${reason.message}` +
        (logFile === undefined ? '.' : `; its log is ${logFile}.`),
    );
  }
  const monitoringUrl = monitoringPort ? `http://127.0.0.1:${monitoringPort}` : undefined;
  return { ...server, url, monitoringUrl };
}
