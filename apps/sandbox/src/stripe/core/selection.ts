/** Some of many rows, looked at only as far as somebody reads. */
export class Selection<T> implements Iterable<T> {
  /** @param begin begins anew at each call; after the row with an id, where one is given */
  constructor(private readonly begin: (afterId?: string) => Iterable<T>) {}

  static of<T extends { id: string }>(rows: T[]): Selection<T> {
    return new Selection((afterId) =>
      afterId === undefined ? rows : rows.slice(rows.findIndex(({ id }) => id === afterId) + 1),
    );
  }

  [Symbol.iterator](): Iterator<T> {
    return this.begin()[Symbol.iterator]();
  }

  after(id: string): Iterable<T> {
    return this.begin(id);
  }

  filter(isWanted: (row: T) => boolean): Selection<T> {
    return new Selection((afterId) => filtered(this.begin(afterId), isWanted));
  }

  find(isWanted: (row: T) => boolean): T | undefined {
    for (const row of this) if (isWanted(row)) return row;
    return undefined;
  }

  toArray(): T[] {
    return [...this];
  }
}

function* filtered<T>(rows: Iterable<T>, isWanted: (row: T) => boolean): Generator<T> {
  for (const row of rows) if (isWanted(row)) yield row;
}
