import { workerBounds } from '../workers/bounds.js';
import type { Job } from '../workers/job.js';
import type { JobOptions, Workers } from '../workers/workers.service.js';
import type { Sharer } from '../workers/fair-queue.js';
import {
  clientEventJob,
  turnBody,
  turnBodyJob,
  type ClientEvent,
  type CreateEvent,
  type TurnBody,
} from './client-event.js';
import { warmUpJob, type WarmedUp, type WarmUp } from './warm-up.js';

/** What a connection does with its messages: with small ones at once, with large ones beside the event loop. */
export class TurnWork {
  constructor(
    private readonly workers: Workers,
    private readonly sharer: Sharer,
  ) {}

  /** Of a large message. */
  read(message: Buffer): Promise<ClientEvent> {
    return this.run(clientEventJob, { message }, message.length, 1);
  }

  body(
    { message, scan }: CreateEvent,
    continued: Buffer | undefined,
  ): TurnBody | Promise<TurnBody> {
    const bytes = message.length + (continued?.length ?? 0);
    if (scan !== undefined && bytes <= workerBounds.maxInPlaceBytes) {
      return turnBody(message, scan, continued);
    }
    // What is remembered stays here, whatever becomes of the thread.
    const input = { message, continued: continued && Buffer.from(continued) };
    return this.run(turnBodyJob, input, bytes, 2);
  }

  warmUp(input: WarmUp): WarmedUp | Promise<WarmedUp> {
    const bytes = input.body.length;
    if (bytes <= workerBounds.maxInPlaceBytes) return warmUpJob.run(input);
    return this.run(warmUpJob, input, bytes, 2);
  }

  private run<I extends object, O extends object>(
    job: Job<I, O>,
    input: I,
    bytes: number,
    weight: JobOptions['weight'],
  ): Promise<O> {
    return this.workers.run(job, input, { sharer: this.sharer, bytes, weight });
  }
}
