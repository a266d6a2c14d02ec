/** Lets so many pieces of work run at once, in the order in which they came. */
export class Turns {
  private readonly waiting: (() => void)[] = [];
  private running = 0;

  constructor(private readonly atOnce: number) {}

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= this.atOnce) await new Promise<void>((go) => this.waiting.push(go));
    else this.running += 1;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      // Whoever is next takes this turn over: nobody who comes now gets in between.
      if (next === undefined) this.running -= 1;
      else next();
    }
  }
}
