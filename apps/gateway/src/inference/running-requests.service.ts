import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { RequestError } from '../errors/request-error.js';
import { bounds } from '../bounds.js';
import type { InferenceRun } from './inference-run.js';
import { stopCodes } from './reply.js';

/** All requests under way: one clock for their time bounds, and their end on shutdown. */
@Injectable()
export class RunningRequests implements OnModuleInit, OnModuleDestroy {
  private readonly runs = new Set<InferenceRun>();
  private timer: NodeJS.Timeout | undefined;
  private draining = false;
  private onEmpty: (() => void) | undefined;

  onModuleInit(): void {
    this.timer = setInterval(() => this.tick(performance.now()), bounds.tickMs);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Applies every time limit as of this monotonic time. */
  tick(now: number): void {
    for (const run of this.runs) run.tick(now);
  }

  /** Throws 503 when the process is about to stop. */
  assertOpen(): void {
    if (this.draining) throw RequestError.of(stopCodes.shut_down);
  }

  add(run: InferenceRun): void {
    this.runs.add(run);
  }

  remove(run: InferenceRun): void {
    this.runs.delete(run);
    if (this.runs.size === 0) this.onEmpty?.();
  }

  /** Takes nothing new; what runs may end by itself for a while and is then cut and accounted for. */
  async drain(graceMs: number = bounds.shutdownGraceMs): Promise<void> {
    this.draining = true;
    if (this.runs.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, graceMs);
      this.onEmpty = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    for (const run of [...this.runs]) run.stop('shut_down');
  }
}
