import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { withLogFile } from './log-file.js';
import { commandsOfAll } from './process-info.js';
import { terminate } from './terminate.js';

const GUARD = fileURLToPath(new URL('../../bin/guard.mjs', import.meta.url));

export interface GuardedProcessOptions {
  command: string;
  args: string[];
  cwd: string;
  env: Record<string, string>;
  /** Both outputs are appended here; without it they are dropped. */
  logFile?: string | undefined;
  user?: { uid: number; gid: number } | undefined;
  /** The signal that asks the server to stop in good order. */
  stopSignal: NodeJS.Signals;
  /** After this the server is killed. */
  stopTimeoutMs: number;
}

export interface ProcessExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface GuardedProcess {
  /** The server's own pid, not the guard's. */
  pid: number;
  /** Resolves when the server has ended, whatever the reason. */
  exited: Promise<ProcessExit>;
  /** Stops the server and waits for its end; `timeoutMs` replaces the one it was started with. */
  stop(timeoutMs?: number): Promise<void>;
}

export type GuardMessage = { started: number } | { failed: string } | { exited: ProcessExit };

/** `told`: the server that it guards, or what those are for that it will be told of. */
export function spawnGuard(told: object, logFile?: string): ChildProcess {
  return withLogFile(logFile, (log) =>
    spawn(process.execPath, [GUARD, JSON.stringify(told)], {
      detached: true,
      cwd: '/',
      stdio: ['ignore', log, log, 'ipc'],
    }),
  );
}

/**
 * Starts a server that ends with this process, even when this process is killed with SIGKILL:
 * a guard between the two watches the channel. The server keeps running under no other parent,
 * and a guard that is itself killed takes the server with it. Neither keeps this process alive.
 */
export async function startGuarded(options: GuardedProcessOptions): Promise<GuardedProcess> {
  const { logFile, user, ...server } = options;
  const guard = spawnGuard({ ...server, ...user }, logFile);
  let pid: number | undefined;
  let reported: ProcessExit | undefined;

  const started = new Promise<number>((resolve, reject) => {
    guard.once('error', reject);
    guard.on('message', (message: GuardMessage) => {
      if ('started' in message) {
        pid = message.started;
        resolve(pid);
      } else if ('failed' in message) {
        reject(new Error(`${options.command} could not be started: ${message.failed}`));
      } else {
        reported = message.exited;
      }
    });
    guard.once('exit', () => {
      reject(new Error(`${options.command} could not be started: its guard ended`));
    });
  });
  const exited = new Promise<ProcessExit>((resolve) => {
    guard.once('exit', () => {
      void (async () => {
        if (reported === undefined && pid !== undefined) {
          await terminate(pid, options.stopSignal, options.stopTimeoutMs);
        }
        resolve(reported ?? { code: null, signal: null });
      })();
    });
  });

  const serverPid = await started;
  guard.unref();
  guard.channel?.unref();
  return {
    pid: serverPid,
    exited,
    async stop(timeoutMs = options.stopTimeoutMs) {
      guard.ref();
      // Once it has ended another process may have its pid.
      if (reported === undefined) await terminate(serverPid, options.stopSignal, timeoutMs);
      await exited;
    },
  };
}

/** The guards, also those of another checkout, whose server's command names this text, such as a directory. */
export function guardsNaming(text: string): number[] {
  return commandsOfAll().flatMap(({ pid, command }) =>
    command.includes('/local-stack/bin/guard.mjs') && command.includes(text) ? [pid] : [],
  );
}
