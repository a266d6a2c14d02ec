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
  private readonly drains: (() => Promise<void>)[] = [];

  constructor() {
    this.failure = new Promise((resolve) => (this.tellFailure = resolve));
  }

  /**
   * A part that the process cannot do without has failed for good: the process drains, as on SIGTERM, and ends
   * with 1, so that another takes its place. The first reason is the one that is logged.
   */
  fail(reason: string, error: unknown): void {
    this.tellFailure({ reason, error });
  }

  /**
   * Registers work that runs first on shutdown, while everything else still works: a gateway ends its
   * running streams here. It must end within 6 s.
   */
  onDrain(work: () => Promise<void>): void {
    this.drains.push(work);
  }

  /** Runs the registered work; the failures, which stop nothing. */
  async drain(): Promise<unknown[]> {
    const outcomes = await Promise.allSettled(this.drains.map((work) => work()));
    return outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
    );
  }
}
