import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessExit } from '@modelbridge/local-stack';
import { nextDelayMs } from './backoff.js';

const FIRST_START_ATTEMPTS = 3;
const FIRST_START_TIMEOUT_MS = 60_000;
const READY_INTERVAL_MS = 100;

/** A process that has been started, ready or not. */
export interface RunningProcess {
  pid: number;
  exited: Promise<ProcessExit>;
  stop(timeoutMs: number): Promise<void>;
}

export interface ProcessPlan {
  name: string;
  launch(): Promise<RunningProcess>;
  /** Undefined when it is ready, else what it still lacks. */
  missing(): Promise<string | undefined>;
}

export interface SupervisionEvents {
  died(name: string, why: string, restartInMs: number): void;
  back(name: string, pid: number): void;
}

/** A process did not become ready at the first start. */
export class StartError extends Error {
  constructor(
    readonly process: string,
    why: string,
  ) {
    super(`${process} did not start: ${why}.`);
    this.name = 'StartError';
  }
}

/** An end in words, as "exit code 1" or "SIGKILL". */
export function describeExit({ code, signal }: ProcessExit): string {
  return signal ?? (code === null ? 'it was killed' : `exit code ${code}`);
}

/** Starts a process, starts it again whenever it ends, and stops it for good when asked. */
export class SupervisedProcess {
  #running: RunningProcess | undefined;
  #launching: Promise<RunningProcess> | undefined;
  #startedAt = 0;
  readonly #stopping = new AbortController();

  constructor(
    private readonly plan: ProcessPlan,
    private readonly events: SupervisionEvents,
  ) {}

  get name(): string {
    return this.plan.name;
  }

  get pid(): number | undefined {
    return this.#running?.pid;
  }

  /** Resolves when the process is ready; rejects with StartError when it cannot become ready. */
  async start(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const exit = await this.#launchUntilReady(FIRST_START_TIMEOUT_MS);
      if (exit === undefined) break;
      if (attempt === FIRST_START_ATTEMPTS || this.#stopping.signal.aborted) {
        throw new StartError(this.name, describeExit(exit));
      }
      await this.#pause(nextDelayMs(undefined, { uptimeMs: 0, wasReady: false }));
    }
    void this.#keepRunning();
  }

  async stop(timeoutMs: number): Promise<void> {
    this.#stopping.abort();
    await this.#launching?.catch(() => undefined);
    await this.#running?.stop(timeoutMs);
  }

  /** Ends it at once and waits for nothing. */
  kill(): void {
    this.#stopping.abort();
    if (this.pid === undefined) return;
    try {
      process.kill(this.pid, 'SIGKILL');
    } catch {
      // It has ended already.
    }
  }

  async #keepRunning(): Promise<void> {
    let delayMs: number | undefined;
    while (this.#running && !this.#stopping.signal.aborted) {
      let why = describeExit(await this.#running.exited);
      let wasReady = true;
      for (let ready = false; !ready && !this.#stopping.signal.aborted; wasReady = false) {
        const uptimeMs = performance.now() - this.#startedAt;
        delayMs = nextDelayMs(delayMs, { uptimeMs, wasReady });
        this.events.died(this.name, why, delayMs);
        await this.#pause(delayMs);
        if (this.#stopping.signal.aborted) return;
        try {
          const exit = await this.#launchUntilReady(Number.POSITIVE_INFINITY);
          ready = exit === undefined;
          if (exit) why = describeExit(exit);
        } catch (error) {
          why = (error as Error).message;
        }
      }
      if (this.pid !== undefined && !this.#stopping.signal.aborted) {
        this.events.back(this.name, this.pid);
      }
    }
  }

  /** Undefined when it became ready, else how it ended before. */
  async #launchUntilReady(timeoutMs: number): Promise<ProcessExit | undefined> {
    if (this.#stopping.signal.aborted) throw new StartError(this.name, 'the stack is stopping');
    this.#startedAt = performance.now();
    this.#launching = this.plan.launch();
    const running = await this.#launching;
    this.#running = running;
    let exit: ProcessExit | undefined;
    void running.exited.then((ended) => (exit = ended));
    for (;;) {
      const missing = await this.plan.missing();
      if (exit !== undefined) return exit;
      if (missing === undefined) return undefined;
      if (this.#stopping.signal.aborted) throw new StartError(this.name, 'the stack is stopping');
      if (performance.now() - this.#startedAt > timeoutMs) {
        throw new StartError(this.name, `not ready after ${timeoutMs / 1000} s: ${missing}`);
      }
      await Promise.race([delay(READY_INTERVAL_MS), running.exited]);
    }
  }

  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }
}
