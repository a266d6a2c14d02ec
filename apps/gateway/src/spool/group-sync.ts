/** Lets callers that arrive together share one sync: at most one runs, at most one more gathers. */
export class GroupSync {
  /** The newest group; the one before it may still be under way. */
  private newest: Promise<void> | null = null;
  /** The same, while it still takes callers. */
  private gathering: Promise<void> | null = null;

  constructor(private readonly run: () => Promise<void>) {}

  /** Resolves when a run that began after this call has ended. */
  sync(): Promise<void> {
    if (this.gathering) return this.gathering;
    const before = this.newest?.catch(() => undefined);
    const group = this.runAfter(before).finally(() => {
      if (this.newest === group) this.newest = null;
    });
    this.gathering = group;
    this.newest = group;
    return group;
  }

  private async runAfter(before: Promise<void> | undefined): Promise<void> {
    // What arrives during the run before, or in this turn of the event loop, shares the next.
    await (before ?? new Promise<void>((resolve) => setImmediate(resolve)));
    this.gathering = null;
    await this.run();
  }
}
