import { isRunning } from './process-info.js';
import { poll } from './poll.js';

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Stops a process with `signal`, then with SIGKILL once `timeoutMs` has passed. Resolves when it is gone. */
export async function terminate(
  pid: number,
  signal: NodeJS.Signals,
  timeoutMs: number,
): Promise<void> {
  if (!isRunning(pid)) return;
  send(pid, signal);
  if (await poll(() => !isRunning(pid), timeoutMs)) return;
  send(pid, 'SIGKILL');
  await poll(() => !isRunning(pid), 5_000);
}
