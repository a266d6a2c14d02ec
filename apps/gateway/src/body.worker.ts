import { parentPort } from 'node:worker_threads';
import { readInputJob } from './compaction/read-input.js';
import { replyJob } from './inference/reply-job.js';
import { planJob, upstreamBodyJob } from './plan/plan-jobs.js';
import { countJob } from './token-counts/count-tokens.js';
import { clientEventJob, turnBodyJob } from './websocket/client-event.js';
import { warmUpJob } from './websocket/warm-up.js';
import { pack, unpack, type Job } from './workers/job.js';
import { tellError } from './workers/told-error.js';
import type { Order, Outcome } from './workers/worker-pool.js';

/** What a worker thread can do. */
const jobs = new Map(
  [
    ...[planJob, upstreamBodyJob, replyJob, countJob],
    ...[readInputJob, clientEventJob, turnBodyJob, warmUpJob],
  ].map((job) => [job.name, job as unknown as Job<object, object>]),
);

function outcomeOf({ job, input }: Order): Outcome {
  try {
    return { done: jobs.get(job)!.run(unpack(input)) };
  } catch (error) {
    return { failed: tellError(error) };
  }
}

parentPort?.on('message', (order: Order) => {
  const outcome = outcomeOf(order);
  if ('failed' in outcome) return parentPort?.postMessage(outcome);
  const { value, moved } = pack(outcome.done);
  parentPort?.postMessage({ done: value } satisfies Outcome, moved);
});
