/** How long the steps of a shutdown may take, besides gRPC's (`grpcServerBounds`) and those of `onDrain`. */
export const shutdownBounds = {
  /** What open HTTP connections get before they are cut. */
  httpMs: 500,
  /** For what is quick unless the machine is busy: consumers, outbox, connections. */
  restMs: 1_000,
  /** The most that a shutdown may take in all: who starts processes kills them after that. */
  totalMs: 8_000,
};

interface Drain {
  work: () => Promise<void>;
  withinMs: number;
}

/** Why a process can no longer do its work. */
export interface Failure {
  reason: string;
  error: unknown;
}

/** What a process does before it stops answering, and what makes it stop. */
export class Shutdown {
  /** Resolves when a part of the process has failed for good: see `fail`. */
  readonly failure: Promise<Failure>;
  private tellFailure!: (failure: Failure) => void;
  private readonly drains: Drain[] = [];

  constructor() {
    this.failure = new Promise((resolve) => (this.tellFailure = resolve));
  }

  /**
   * A part that the process cannot do without has failed for good: the process drains, as on SIGTERM, and
   * ends with 1, so that another takes its place. The first reason is the one that is logged.
   */
  fail(reason: string, error: unknown): void {
    this.tellFailure({ reason, error });
  }

  /** How long the registered work may take; all of it runs at once. */
  get drainMs(): number {
    return Math.max(0, ...this.drains.map(({ withinMs }) => withinMs));
  }

  /**
   * Registers work that runs first on shutdown, while everything else still works: a gateway ends its
   * running streams here. After `withinMs` nobody waits for it any more.
   */
  onDrain(work: () => Promise<void>, withinMs: number): void {
    this.drains.push({ work, withinMs });
  }

  /** Runs the registered work; the failures, which stop nothing. */
  async drain(): Promise<unknown[]> {
    const outcomes = await Promise.allSettled(this.drains.map(inTime));
    return outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
    );
  }
}

async function inTime({ work, withinMs }: Drain): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${withinMs} ms`)), withinMs);
  });
  try {
    await Promise.race([work(), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
