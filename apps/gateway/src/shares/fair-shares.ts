/** What one holder, or all on one level below it, holds. */
interface Part {
  held: number;
  parts: Map<string, Part>;
}

/**
 * Divides a bounded resource fairly. Whoever takes is named on each level, outermost first, such as by an
 * account and its key, and may hold on each at most as much as it leaves to the others there: an account half of
 * all where nobody else has any, then a third, a key half of what its account may. So nobody can take the last of
 * it, however many take all they can, and who has nothing yet finds something left.
 */
export class FairShares<Level extends string> {
  private readonly all: Part = { held: 0, parts: new Map() };

  /** In any unit: requests, bytes, milliseconds. */
  constructor(
    readonly total: number,
    private readonly levels: readonly Level[],
  ) {}

  get free(): number {
    return this.total - this.all.held;
  }

  /** What is held by whoever is named on the outer levels; of all with none. */
  heldBy(...path: readonly string[]): number {
    return path.reduce<Part | undefined>((part, id) => part?.parts.get(id), this.all)?.held ?? 0;
  }

  /**
   * Takes `amount` for whoever `path` names on each level; undefined once it is taken. Else nothing is, and the
   * answer says who holds an even share or more: the taker, on which level, or nobody but `all` together. More
   * than the share of one who is alone is never taken at once.
   */
  take(path: readonly string[], amount = 1): Level | 'all' | undefined {
    if (!this.hasRoom(path, amount)) return this.atFault(path);
    let part = this.all;
    part.held += amount;
    for (const id of path) {
      let next = part.parts.get(id);
      if (next === undefined) part.parts.set(id, (next = { held: 0, parts: new Map() }));
      next.held += amount;
      part = next;
    }
    return undefined;
  }

  /** Gives back what was taken, at once or piece by piece. */
  release(path: readonly string[], amount = 1): void {
    let part = this.all;
    part.held -= amount;
    for (const id of path) {
      const next = part.parts.get(id);
      if (next === undefined) return;
      next.held -= amount;
      if (next.held <= 0) part.parts.delete(id);
      part = next;
    }
  }

  private hasRoom(path: readonly string[], amount: number): boolean {
    let left = this.free - amount;
    let part: Part | undefined = this.all;
    for (const id of path) {
      part = part?.parts.get(id);
      const held = (part?.held ?? 0) + amount;
      if (held > left) return false;
      left -= held;
    }
    return left >= 0;
  }

  /** The innermost level on which the taker holds an even share, of which something is left for two more. */
  private atFault(path: readonly string[]): Level | 'all' {
    let even = this.total;
    let part: Part | undefined = this.all;
    let fault: Level | 'all' = 'all';
    for (const [depth, id] of path.entries()) {
      even /= (part?.parts.size ?? 0) + 2;
      part = part?.parts.get(id);
      if ((part?.held ?? 0) >= even) fault = this.levels[depth]!;
    }
    return fault;
  }
}
