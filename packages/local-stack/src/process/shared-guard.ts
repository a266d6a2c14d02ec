import type { ChildProcess } from 'node:child_process';
import {
  spawnGuard,
  type GuardedProcess,
  type GuardedProcessOptions,
  type GuardMessage,
  type ProcessExit,
} from './guarded-process.js';
import { terminate } from './terminate.js';

/**
 * One guard for many servers that write no logs: what `startGuarded` promises of one holds for each. A guard
 * of its own costs more than a small server does.
 */
export class SharedGuard {
  readonly #guard: ChildProcess;
  readonly #heard = new Map<number, (message: GuardMessage) => void>();
  #next = 0;

  /** `purpose` is in the guard's command line, for `guardsNaming`. */
  constructor(purpose: string) {
    this.#guard = spawnGuard({ purpose });
    this.#guard.setMaxListeners(0);
    this.#guard.on('message', ({ id, ...message }: GuardMessage & { id: number }) =>
      this.#heard.get(id)?.(message),
    );
    this.#guard.unref();
    this.#guard.channel?.unref();
  }

  /** Stops all servers, and the guard. */
  async end(): Promise<void> {
    const gone = new Promise((resolve) => this.#guard.once('exit', resolve));
    if (!this.#guard.connected) return;
    this.#guard.ref();
    this.#guard.disconnect();
    await gone;
  }

  async run(options: Omit<GuardedProcessOptions, 'logFile' | 'user'>): Promise<GuardedProcess> {
    const id = this.#next++;
    let reported: ProcessExit | undefined;
    let ended = (_: ProcessExit): void => undefined;
    const exited = new Promise<ProcessExit>((resolve) => (ended = resolve));
    const guardEnded = new Promise<void>((resolve) => this.#guard.once('exit', () => resolve()));
    const pid = await new Promise<number>((resolve, reject) => {
      const failed = (why: string): void =>
        reject(new Error(`${options.command} could not be started: ${why}`));
      this.#heard.set(id, (message) => {
        if ('started' in message) return resolve(message.started);
        this.#heard.delete(id);
        if ('failed' in message) return failed(message.failed);
        reported = message.exited;
        ended(reported);
      });
      this.#guard.send({ id, server: options }, (error) => error && failed(error.message));
      void guardEnded.then(() => failed('its guard ended'));
    });
    void guardEnded.then(async () => {
      if (reported === undefined) await terminate(pid, options.stopSignal, options.stopTimeoutMs);
      ended({ code: null, signal: null });
    });
    return {
      pid,
      exited,
      stop: async (timeoutMs = options.stopTimeoutMs) => {
        this.#guard.channel?.ref();
        if (reported === undefined) await terminate(pid, options.stopSignal, timeoutMs);
        await exited;
        this.#guard.channel?.unref();
      },
    };
  }
}
