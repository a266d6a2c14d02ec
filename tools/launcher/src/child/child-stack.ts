import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startGuarded, type GuardedProcess } from '@modelbridge/local-stack';
import type { StackDescription } from '@modelbridge/ops';
import { claimPorts, type PortClaim } from './port-claim.js';

/** A whole system that `npm start` runs, in a state directory and on ports of its own. */
export interface Stack extends StackDescription {
  state: string;
  ports: PortClaim;
  /** Ends with this process, however this process ends, and everything that it runs with it. */
  launcher: GuardedProcess;
  output: () => string;
  /** Reads stack.json again: pids change when a process is restarted. */
  reread(): StackDescription;
  /** SIGTERM; resolves when everything has ended and the state is removed, unless it is to be kept. */
  stop(options?: { keepState?: boolean }): Promise<void>;
}

const root = new URL('../../../../', import.meta.url).pathname;
/** Only ends a start that hangs. */
const startTimeoutMs = 240_000;
/** The launcher's own stop is over within 15 s. */
const stopTimeoutMs = 30_000;

/** Starts the system and waits until it says that everything is healthy. */
export async function startStack(
  options: { state?: string; ports?: PortClaim; args?: string[]; env?: NodeJS.ProcessEnv } = {},
): Promise<Stack> {
  const state = options.state ?? mkdtempSync(join(tmpdir(), 'stack-'));
  // As root, Postgres runs as another user, who must be able to enter.
  chmodSync(state, 0o755);
  const ports = options.ports ?? (await claimPorts());
  const logFile = join(state, 'launcher.log');
  const output = (): string => readFileSync(logFile, 'utf8');
  const args = ['tools/bootstrap.mjs', 'start', '--state', state];
  const launcher = await startGuarded({
    command: process.execPath,
    args: [...args, '--port-base', String(ports.base), ...(options.args ?? [])],
    cwd: root,
    env: definedOf({ ...process.env, NODE_OPTIONS: '', ...options.env }),
    logFile,
    stopSignal: 'SIGTERM',
    stopTimeoutMs,
  });
  const stop = async ({ keepState = false } = {}): Promise<void> => {
    await launcher.stop();
    ports.release();
    if (!keepState) rmSync(state, { recursive: true, force: true });
  };
  const file = join(state, 'stack.json');
  const read = (): StackDescription => JSON.parse(readFileSync(file, 'utf8')) as StackDescription;
  let ended = false;
  void launcher.exited.then(() => (ended = true));
  const deadline = performance.now() + startTimeoutMs;
  while (!existsSync(file)) {
    if (ended || performance.now() > deadline) {
      const said = output();
      await stop();
      throw new Error(`${ended ? 'the launcher ended' : 'not healthy in time'}:\n${said}`);
    }
    await delay(100);
  }
  return { ...read(), state, ports, launcher, output, reread: read, stop };
}

function definedOf(variables: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
