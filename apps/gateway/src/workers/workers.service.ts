import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Logger } from '@modelbridge/service-kit/logging';
import { Metrics } from '@modelbridge/service-kit/metrics';
import { CallerGoneError } from '../errors/caller-gone.js';
import { RequestError } from '../errors/request-error.js';
import { KeyShares } from '../shares/key-shares.js';
import type { Sharer } from './fair-queue.js';
import { workerBounds } from './bounds.js';
import type { Job } from './job.js';
import { BrokenWorkerError, WorkerPool } from './worker-pool.js';

/** For whom a job is done, and what it takes. */
export interface JobOptions {
  sharer: Sharer;
  bytes: number;
  /** How much is done with each byte: 1 for a walk over them, 3 where they are read, translated and written. */
  weight: 1 | 2 | 3;
  /** The work is not to be refused: what it is for was admitted. */
  isAdmitted?: boolean;
  /** Whether anybody still waits for it when its turn comes. */
  isWanted?: () => boolean;
}

/** Does jobs on large bodies beside the event loop, fairly by key. */
@Injectable()
export class Workers implements OnApplicationShutdown {
  private readonly shares = new KeyShares({
    name: 'body_work',
    what: 'bytes of large bodies to be read',
    total: workerBounds.maxCost,
  });
  private readonly pool = new WorkerPool({
    file: new URL('../../bundle/body.worker.cjs', import.meta.url),
    threads: workerBounds.threads,
    heapMib: workerBounds.heapMib,
    mostMs: workerBounds.mostMs,
    idleMs: workerBounds.idleMs,
  });
  private readonly jobs;

  constructor(
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.jobs = metrics.counter({
      name: 'gateway_body_jobs_total',
      help: 'Work on large bodies by job and outcome: done, refused, memory, time, crash',
      labelNames: ['job', 'outcome'],
    });
    const { pool } = this;
    metrics.gauge({
      name: 'gateway_body_jobs_waiting',
      help: 'Work on large bodies that waits for a thread',
      collect() {
        this.set(pool.waiting);
      },
    });
  }

  /** Rejects with what the job throws, and with 429, 503 or 413 where it cannot be done. Moves the buffers of `input`. */
  async run<I extends object, O extends object>(
    job: Job<I, O>,
    input: I,
    { sharer, bytes, weight, isAdmitted, isWanted }: JobOptions,
  ): Promise<O> {
    const cost = bytes * weight;
    if (isAdmitted !== true) this.shares.take(sharer, cost);
    const refuse = (): Error | undefined =>
      isWanted?.() === false ? new CallerGoneError() : undefined;
    try {
      const output = await this.pool.run(job, input, { sharer, cost, refuse });
      this.jobs.inc({ job: job.name, outcome: 'done' });
      return output;
    } catch (error) {
      const outcome = error instanceof BrokenWorkerError ? error.why : 'refused';
      this.jobs.inc({ job: job.name, outcome });
      if (!(error instanceof BrokenWorkerError)) throw error;
      this.logger.error({ err: error, job: job.name, bytes }, 'a worker thread ended');
      throw errorOf(error);
    } finally {
      if (isAdmitted !== true) this.shares.release(sharer, cost);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.close();
  }
}

function errorOf({ why }: BrokenWorkerError): RequestError {
  if (why !== 'memory') return RequestError.of('overloaded');
  const message = 'To read the body takes more memory than one request may have. Send less of it.';
  return RequestError.of('request_too_large', { message, param: 'body' });
}
