type Stop = () => Promise<void> | void;

/** What a run has started. All of it is stopped at the end, the newest first, however the run ends. */
export class Lifetime {
  readonly #stops: Stop[] = [];
  #ended: Promise<void> | undefined;

  /** Returns a function that takes `stop` off again, for what has ended by itself. */
  onEnd(stop: Stop): () => void {
    if (this.#ended) void stop();
    else this.#stops.push(stop);
    return () => {
      const index = this.#stops.indexOf(stop);
      if (index >= 0) this.#stops.splice(index, 1);
    };
  }

  end(): Promise<void> {
    this.#ended ??= this.#stopAll();
    return this.#ended;
  }

  async #stopAll(): Promise<void> {
    for (let stop = this.#stops.pop(); stop; stop = this.#stops.pop()) {
      try {
        await stop();
      } catch (error) {
        process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      }
    }
  }
}
