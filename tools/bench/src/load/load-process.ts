// A closed-loop or paced HTTP/1.1 load generator that costs less than what it measures: raw sockets and
// prebuilt bytes. `node load-process.js` reads one JSON `LoadPlan` from its arguments and prints one `LoadResult`.
import { connect } from 'node:net';
import { createHistogram } from 'node:perf_hooks';

export interface LoadPlan {
  port: number;
  path: string;
  headers: Record<string, string>;
  body: string;
  connections: number;
  seconds: number;
  /** Requests a second over all connections; absent: as fast as answers come. */
  rate?: number;
}

export interface LoadResult {
  requests: number;
  /** Answers other than 200. */
  failed: number;
  seconds: number;
  p50Ms: number;
  p99Ms: number;
  firstByteP50Ms: number;
  firstByteP99Ms: number;
}

const chunkedEnd = Buffer.from('0\r\n\r\n');
const headEnd = Buffer.from('\r\n\r\n');

async function run(plan: LoadPlan): Promise<LoadResult> {
  const request = requestBytes(plan);
  const latency = createHistogram();
  const firstByte = createHistogram();
  const started = performance.now();
  const deadline = started + plan.seconds * 1000;
  let requests = 0;
  let failed = 0;
  let issued = 0;

  const dueAt = (): number =>
    plan.rate === undefined ? 0 : started + (issued++ * 1000) / plan.rate;

  const worker = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect({ port: plan.port, host: '127.0.0.1', noDelay: true });
      let sentAt = 0;
      let answer: Answer | null = null;
      const next = (): void => {
        const now = performance.now();
        if (now >= deadline) {
          socket.end();
          resolve();
          return;
        }
        const due = dueAt();
        if (due > deadline) {
          socket.end();
          resolve();
        } else if (due > now) {
          // Timers are up to a millisecond late, which is not the server's doing.
          setTimeout(() => send(performance.now()), due - now);
        } else {
          // A stalled server cannot hide its queue: what had to wait is timed from when it was due.
          send(plan.rate === undefined ? now : due);
        }
      };
      const send = (at: number): void => {
        sentAt = at;
        answer = null;
        socket.write(request);
      };
      socket.on('data', (part: Buffer) => {
        if (!answer) firstByte.record(nanoseconds(performance.now() - sentAt));
        answer = readOn(answer, part);
        if (!answer.complete) return;
        requests++;
        if (answer.status !== 200) failed++;
        latency.record(nanoseconds(performance.now() - sentAt));
        next();
      });
      socket.on('error', reject);
      socket.on('connect', next);
    });

  await Promise.all(Array.from({ length: plan.connections }, worker));
  const ms = (value: number): number => value / 1e6;
  return {
    requests,
    failed,
    seconds: (performance.now() - started) / 1000,
    p50Ms: ms(latency.percentile(50)),
    p99Ms: ms(latency.percentile(99)),
    firstByteP50Ms: ms(firstByte.percentile(50)),
    firstByteP99Ms: ms(firstByte.percentile(99)),
  };
}

const nanoseconds = (milliseconds: number): number => Math.max(1, Math.round(milliseconds * 1e6));

interface Answer {
  status: number;
  /** Bytes of body that are still to come; null: chunked. */
  left: number | null;
  tail: Buffer;
  complete: boolean;
}

function readOn(answer: Answer | null, part: Buffer): Answer {
  if (!answer) {
    const end = part.indexOf(headEnd);
    const head = part.toString('latin1', 0, end);
    const length = /content-length: (\d+)/i.exec(head)?.[1];
    const left = length === undefined ? null : Number(length);
    const fresh = {
      status: Number(head.slice(9, 12)),
      left,
      tail: Buffer.alloc(0),
      complete: false,
    };
    return readOn(fresh, part.subarray(end + headEnd.length));
  }
  if (answer.left !== null) {
    answer.left -= part.length;
    answer.complete = answer.left <= 0;
    return answer;
  }
  answer.tail = Buffer.concat([answer.tail, part.subarray(-chunkedEnd.length)]).subarray(-5);
  answer.complete = answer.tail.equals(chunkedEnd);
  return answer;
}

function requestBytes({ port, path, headers, body }: LoadPlan): Buffer {
  const all = {
    host: `127.0.0.1:${port}`,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
}

process.stdout.write(JSON.stringify(await run(JSON.parse(process.argv[2] ?? '') as LoadPlan)));
