/**
 * Runs a pass of work when it is kicked, never two at once. A kick during a pass means one more after it, so
 * whatever was there to be done at the time of a kick is seen by a pass that begins after it.
 */
export class KickedLoop {
  private kicked = false;
  private running: Promise<void> | undefined;

  /** `onError` hears of a pass that failed; the loop goes on with the next kick. */
  constructor(
    private readonly pass: () => Promise<void>,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Resolves when the pass that this kick asked for has ended, and all that were asked for meanwhile. */
  kick(): Promise<void> {
    this.kicked = true;
    this.running ??= this.run();
    return this.running;
  }

  private async run(): Promise<void> {
    while (this.kicked) {
      this.kicked = false;
      await this.pass().catch(this.onError);
    }
    // In the same turn as the last look: in a later one a kick could find a loop that looks no more.
    this.running = undefined;
  }
}
