import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { poll, withLogFile, type ProcessExit } from '@modelbridge/local-stack';
import type { RunningProcess } from './supervised-process.js';

export interface NodeProcessOptions {
  entry: string;
  environment: Record<string, string>;
  logFile: string;
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * Starts one of our applications in a process group of its own, so that Ctrl-C reaches the launcher
 * alone. The IPC channel tells it when the launcher is gone, and it ends by itself.
 */
export function startNodeProcess(options: NodeProcessOptions): Promise<RunningProcess> {
  const child = withLogFile(options.logFile, (log) =>
    spawn(process.execPath, ['--enable-source-maps', options.entry], {
      cwd: dirname(dirname(options.entry)),
      env: options.environment,
      detached: true,
      stdio: ['ignore', log, log, 'ipc'],
    }),
  );
  let ended = false;
  const exited = new Promise<ProcessExit>((resolve) => {
    child.once('exit', (code, signal) => {
      ended = true;
      resolve({ code, signal });
    });
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => {
      const { pid } = child;
      if (pid === undefined) return;
      resolve({
        pid,
        exited,
        async stop(timeoutMs) {
          child.kill('SIGTERM');
          if (await poll(() => ended, timeoutMs)) return;
          signalGroup(pid, 'SIGKILL');
          await exited;
        },
      });
    });
  });
}
