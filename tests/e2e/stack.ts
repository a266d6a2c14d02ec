import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** What the launcher writes into `stack.json`. */
export interface StackFile {
  gateway: string;
  gateways?: string[];
  dashboard: string;
  sandbox: string;
  postgres: string;
  nats: string;
  apiKey: string;
  account: { userId: string; email: string };
  pids: Record<string, number>;
}

/** A whole system that `npm start` runs, in a state directory and on ports of its own. */
export interface Stack extends StackFile {
  state: string;
  portBase: number;
  launcher: ChildProcess;
  output: () => string;
  /** Reads stack.json again: pids change when a process is restarted. */
  reread(): StackFile;
  /** SIGTERM; resolves with the milliseconds that it took. Removes the state unless told to keep it. */
  stop(options?: { keep?: boolean }): Promise<number>;
}

const root = new URL('../../', import.meta.url).pathname;

/**
 * A base with free ports above it, spread so that parallel test workers do not meet, and below the
 * range out of which the system gives ports to whoever asks for any.
 */
export async function freePortBase(): Promise<number> {
  for (;;) {
    const base = 11_000 + Math.floor(Math.random() * 210) * 100;
    const probes = await Promise.all(
      [0, 20, 21, 22, 23, 24, 30, 50].map((offset) => isFree(base + offset)),
    );
    if (probes.every(Boolean)) return base;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
      .once('error', () => resolve(false))
      .listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** Starts the system and waits until it says that everything is healthy. */
export async function startStack(
  options: { state?: string; portBase?: number; args?: string[]; env?: NodeJS.ProcessEnv } = {},
): Promise<Stack> {
  const state = options.state ?? mkdtempSync(join(tmpdir(), 'modelbridge-e2e-'));
  // As root, Postgres runs as another user, who must be able to enter.
  chmodSync(state, 0o755);
  const portBase = options.portBase ?? (await freePortBase());
  const args = ['tools/bootstrap.mjs', 'start', '--state', state, '--port-base', String(portBase)];
  const launcher = spawn(process.execPath, [...args, ...(options.args ?? [])], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '', ...options.env },
    detached: true,
  });
  let output = '';
  launcher.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  launcher.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const file = join(state, 'stack.json');
  const read = (): StackFile => JSON.parse(readFileSync(file, 'utf8')) as StackFile;
  const deadline = Date.now() + 120_000;
  while (!existsSync(file)) {
    if (launcher.exitCode !== null) throw new Error(`the launcher ended:\n${output}`);
    if (Date.now() > deadline) {
      launcher.kill('SIGKILL');
      throw new Error(`the system was not healthy in time:\n${output}`);
    }
    await delay(100);
  }
  return {
    ...read(),
    state,
    portBase,
    launcher,
    output: () => output,
    reread: read,
    stop: async ({ keep = false } = {}) => {
      const started = Date.now();
      if (launcher.exitCode === null && launcher.signalCode === null) {
        const ended = new Promise((resolve) => launcher.once('exit', resolve));
        launcher.kill('SIGTERM');
        await ended;
      }
      if (!keep) rmSync(state, { recursive: true, force: true });
      return Date.now() - started;
    },
  };
}

/** True while a process with this id exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
