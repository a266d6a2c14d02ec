/** What a process does before it stops answering. */
export class Shutdown {
  private readonly drains: (() => Promise<void>)[] = [];

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
