import { fileURLToPath } from 'node:url';
import { done, seconds, warn } from '../console.js';
import { logFileOf } from '../state/logs.js';
import { startNodeProcess } from '../supervision/node-process.js';
import { missingForReadiness } from '../supervision/readiness.js';
import {
  SupervisedProcess,
  type ProcessPlan,
  type SupervisionEvents,
} from '../supervision/supervised-process.js';
import { environmentOf, type StackContext } from '../topology/environment.js';
import { STOP_PHASES, type AppProcess, type StopPhase } from '../topology/topology.js';
import { phaseTimeoutMs } from './stop-order.js';

const APPS = fileURLToPath(new URL('../../../../apps/', import.meta.url));

interface Member {
  process: SupervisedProcess;
  phase: StopPhase;
}

/** The processes of a stack: started as their needs are met, restarted, stopped in order. */
export class Stack {
  readonly #members: Member[] = [];
  readonly events: SupervisionEvents;
  #stopping = false;

  constructor(private readonly onPidChange: () => void) {
    this.events = {
      died: (name, why, restartInMs) =>
        warn(`${name} ended (${why}), starting it again in ${restartInMs / 1000} s`),
      back: (name, pid) => {
        done(`${name} is back (pid ${pid})`);
        this.onPidChange();
      },
    };
  }

  register(process: SupervisedProcess, phase: StopPhase): void {
    this.#members.push({ process, phase });
  }

  /** The pids of everything that runs, by name. */
  pids(): Record<string, number> {
    return Object.fromEntries(
      this.#members.flatMap(({ process: { name, pid } }) =>
        pid === undefined ? [] : [[name, pid]],
      ),
    );
  }

  /** Starts the applications, each when what it waits for is ready. Rejects with the first failure. */
  async startApps(apps: AppProcess[], context: StackContext): Promise<void> {
    const ready = new Map<string, Promise<void>>();
    const start = async (app: AppProcess): Promise<void> => {
      await Promise.all(app.waitsFor.map((name) => ready.get(name) ?? Promise.resolve()));
      if (this.#stopping) return;
      const startedAt = performance.now();
      const process = new SupervisedProcess(planOf(app, context), this.events);
      this.register(process, app.stopPhase);
      await process.start();
      done(`${app.name} on port ${app.httpPort}`, performance.now() - startedAt);
    };
    for (const app of apps) ready.set(app.name, start(app));
    await Promise.all(ready.values());
  }

  /** Stops everything in order within 15 s. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const startedAt = performance.now();
    for (const phase of STOP_PHASES) {
      const timeoutMs = phaseTimeoutMs(phase, performance.now() - startedAt);
      const members = this.#members.filter((member) => member.phase === phase);
      await Promise.all(members.map(({ process }) => process.stop(timeoutMs)));
    }
    if (this.#members.length > 0) done(`stopped in ${seconds(performance.now() - startedAt)}`);
  }

  /** Ends every process at once. */
  kill(): void {
    this.#stopping = true;
    for (const { process } of this.#members) process.kill();
  }
}

function planOf(app: AppProcess, context: StackContext): ProcessPlan {
  return {
    name: app.name,
    launch: () =>
      startNodeProcess({
        entry: `${APPS}${app.app}/bundle/main.cjs`,
        environment: environmentOf(app, context),
        logFile: logFileOf(context.state.logs, app.name),
      }),
    missing: () => missingForReadiness(app.httpPort),
  };
}
