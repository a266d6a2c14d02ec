import { Worker } from 'node:worker_threads';
import { pack, unpack, type Job } from './job.js';
import { FairQueue, type Waiting } from './fair-queue.js';
import { errorTold, type ToldError } from './told-error.js';

/** What a thread is told to do, and what it answers. */
export interface Order {
  job: string;
  input: object;
}
export type Outcome = { done: object } | { failed: ToldError };

/** Why a thread could not do its work. */
export type Breakdown = 'memory' | 'time' | 'crash';

/** The thread is gone, and with it the bytes that it had; others are unharmed. */
export class BrokenWorkerError extends Error {
  constructor(
    readonly why: Breakdown,
    cause?: unknown,
  ) {
    super(`a worker thread ended: ${why}`, { cause });
  }
}

export interface PoolOptions {
  file: URL;
  threads: number;
  /** Of a thread's heap. */
  heapMib: number;
  /** Of one piece of work, the start of a thread included. */
  mostMs: number;
  /** A thread without work for so long ends. */
  idleMs: number;
}

interface Piece extends Waiting {
  order: Order;
  /** Called when its turn comes; an error in place of the work. */
  refuse?: () => Error | undefined;
  resolve(value: object): void;
  reject(error: Error): void;
}

interface Thread {
  worker: Worker;
  piece: Piece | undefined;
  timer: NodeJS.Timeout | undefined;
}

/** Threads for work that would hold the event loop. They start when there is some. */
export class WorkerPool {
  private readonly threads = new Set<Thread>();
  private readonly queue: FairQueue<Piece>;

  constructor(private readonly options: PoolOptions) {
    this.queue = new FairQueue(options.threads);
  }

  get waiting(): number {
    return this.queue.length;
  }

  /**
   * Rejects with what the job throws, with what `refuse` says, or with BrokenWorkerError. The buffers of `input`
   * are empty from its turn on.
   */
  run<I extends object, O extends object>(
    job: Job<I, O>,
    input: I,
    { sharer, cost, refuse }: Waiting & Pick<Piece, 'refuse'>,
  ): Promise<O> {
    return new Promise<O>((resolve, reject) => {
      const order = { job: job.name, input };
      this.queue.add({
        ...{ order, sharer, cost, refuse, reject },
        resolve: (value) => resolve(value as O),
      });
      this.assign();
    });
  }

  /** What runs is given up. */
  async close(): Promise<void> {
    await Promise.all([...this.threads].map((thread) => this.end(thread)));
  }

  private assign(): void {
    for (;;) {
      const idle = [...this.threads].find(({ piece }) => piece === undefined);
      if (idle === undefined && this.threads.size >= this.options.threads) return;
      const piece = this.queue.next();
      if (piece === undefined) return;
      const refused = piece.refuse?.();
      if (refused === undefined) this.begin(idle ?? this.start(), piece);
      else this.over(piece, () => piece.reject(refused));
    }
  }

  private start(): Thread {
    const worker = new Worker(this.options.file, {
      resourceLimits: { maxOldGenerationSizeMb: this.options.heapMib },
    });
    const thread: Thread = { worker, piece: undefined, timer: undefined };
    this.threads.add(thread);
    worker.unref();
    worker.on('message', (outcome: Outcome) => this.answered(thread, outcome));
    worker.on('error', (error: Error & { code?: string }) => {
      const why = error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : 'crash';
      this.broken(thread, new BrokenWorkerError(why, error));
    });
    worker.on('exit', () => this.broken(thread, new BrokenWorkerError('crash')));
    return thread;
  }

  private begin(thread: Thread, piece: Piece): void {
    clearTimeout(thread.timer);
    thread.piece = piece;
    thread.worker.ref();
    thread.timer = setTimeout(() => {
      this.broken(thread, new BrokenWorkerError('time'));
    }, this.options.mostMs);
    const { value, moved } = pack(piece.order.input);
    thread.worker.postMessage({ job: piece.order.job, input: value } satisfies Order, moved);
  }

  private answered(thread: Thread, outcome: Outcome): void {
    const { piece } = thread;
    if (piece === undefined) return;
    clearTimeout(thread.timer);
    thread.piece = undefined;
    thread.worker.unref();
    thread.timer = setTimeout(() => void this.end(thread), this.options.idleMs).unref();
    this.over(piece, () => {
      if ('done' in outcome) piece.resolve(unpack(outcome.done));
      else piece.reject(errorTold(outcome.failed));
    });
    this.assign();
  }

  private broken(thread: Thread, error: BrokenWorkerError): void {
    if (!this.threads.has(thread)) return;
    const { piece } = thread;
    void this.end(thread);
    if (piece !== undefined) this.over(piece, () => piece.reject(error));
    this.assign();
  }

  private over(piece: Piece, tell: () => void): void {
    this.queue.ended(piece);
    tell();
  }

  private async end(thread: Thread): Promise<void> {
    clearTimeout(thread.timer);
    this.threads.delete(thread);
    await thread.worker.terminate();
  }
}
