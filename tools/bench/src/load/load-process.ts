// A closed-loop or paced HTTP/1.1 load generator that costs less than what it measures: raw sockets and
// prebuilt bytes. `node load-process.js` reads one JSON `LoadPlan` from its input and prints one `LoadResult`.
import { connect, type Socket } from 'node:net';
import { createHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { text } from 'node:stream/consumers';
import type { Latencies, LoadPlan, LoadResult } from './load-plan.js';
import { readOn, type Answer } from './read-answer.js';

const reconnectMs = 100;

/** What was seen of all requests. */
class Seen {
  private readonly all = createHistogram();
  private readonly firstByte = createHistogram();
  private readonly admitted = createHistogram();
  private readonly refused = createHistogram();
  private readonly statuses: Record<string, number> = {};
  private requests = 0;
  /** Sampled with a timer of a millisecond, which is in each sample. */
  private readonly delay = monitorEventLoopDelay({ resolution: 1 });

  /** Nothing that was asked for before this monotonic time counts. */
  constructor(private readonly from: number) {
    setTimeout(() => this.delay.enable(), Math.max(0, from - performance.now()));
  }

  counts(sentAt: number): boolean {
    return sentAt >= this.from;
  }

  began(ms: number): void {
    this.firstByte.record(nanoseconds(ms));
  }

  ended(status: number, ms: number): void {
    this.requests++;
    this.statuses[status] = (this.statuses[status] ?? 0) + 1;
    this.all.record(nanoseconds(ms));
    (status === 200 ? this.admitted : this.refused).record(nanoseconds(ms));
  }

  result(seconds: number): LoadResult {
    const firstByte = latencies(this.firstByte);
    return {
      requests: this.requests,
      failed: this.requests - (this.statuses[200] ?? 0),
      seconds,
      ...latencies(this.all),
      firstByteP50Ms: firstByte.p50Ms,
      firstByteP99Ms: firstByte.p99Ms,
      statuses: this.statuses,
      admitted: latencies(this.admitted),
      refused: latencies(this.refused),
      own: { p50Ms: this.late(50), p99Ms: this.late(99) },
    };
  }

  private late(percentile: number): number {
    return Math.max(0, this.delay.percentile(percentile) / 1e6 - 1);
  }
}

const nanoseconds = (milliseconds: number): number => Math.max(1, Math.round(milliseconds * 1e6));

function latencies(histogram: ReturnType<typeof createHistogram>): Latencies {
  const ms = (percentile: number): number => histogram.percentile(percentile) / 1e6;
  return { p50Ms: ms(50), p99Ms: ms(99) };
}

async function run(plan: LoadPlan): Promise<LoadResult> {
  const started = performance.now();
  const counted = started + (plan.settleSeconds ?? 0) * 1000;
  const deadline = counted + plan.seconds * 1000;
  const seen = new Seen(counted);
  let issued = 0;

  /** When the next request is due; undefined once there is none. */
  const nextDue = (now: number): number | undefined => {
    const due = plan.rate === undefined ? now : started + (issued++ * 1000) / plan.rate;
    return now >= deadline || due > deadline ? undefined : due;
  };

  const caller = (request: Buffer): Promise<void> =>
    new Promise((resolve) => {
      let socket: Socket;
      let sentAt = 0;
      let answer: Answer | null = null;
      const next = (): void => {
        const now = performance.now();
        const due = nextDue(now);
        if (due === undefined) {
          socket.removeAllListeners('close').end();
          resolve();
        } else if (due > now) {
          // Timers are up to a millisecond late, which is not the server's doing.
          setTimeout(() => send(performance.now()), due - now);
        } else {
          // A stalled server cannot hide its queue: what had to wait is timed from when it was due.
          send(due);
        }
      };
      const send = (at: number): void => {
        sentAt = at;
        answer = null;
        socket.write(request);
      };
      const open = (): void => {
        socket = connect({ port: plan.port, host: '127.0.0.1', noDelay: true });
        socket.on('data', (part: Buffer) => {
          if (!answer && seen.counts(sentAt)) seen.began(performance.now() - sentAt);
          answer = readOn(answer, part);
          if (!answer.complete) return;
          const { status, retryAfterMs } = answer;
          if (seen.counts(sentAt)) seen.ended(status, performance.now() - sentAt);
          sentAt = 0;
          if (plan.patient === true && retryAfterMs > 0) setTimeout(next, retryAfterMs);
          else next();
        });
        socket.on('error', () => undefined);
        socket.once('close', () => {
          if (sentAt > 0 && seen.counts(sentAt)) seen.ended(0, performance.now() - sentAt);
          sentAt = 0;
          setTimeout(open, reconnectMs);
        });
        socket.once('connect', next);
      };
      open();
    });

  const requests = requestsOf(plan);
  await Promise.all(
    Array.from({ length: plan.connections }, (_, i) => caller(requests[i % requests.length]!)),
  );
  return seen.result((performance.now() - counted) / 1000);
}

/** One for each key. */
function requestsOf({ port, method, path, headers, apiKeys, body }: LoadPlan): Buffer[] {
  const bearers = apiKeys?.map((apiKey) => ({ authorization: `Bearer ${apiKey}` })) ?? [{}];
  return bearers.map((bearer) => {
    const all = {
      host: `127.0.0.1:${port}`,
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      ...headers,
      ...bearer,
    };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
    return Buffer.from(
      `${method ?? 'POST'} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`,
    );
  });
}

const plan = JSON.parse(await text(process.stdin)) as LoadPlan;
process.stdout.write(JSON.stringify(await run(plan)));
process.exit(0);
