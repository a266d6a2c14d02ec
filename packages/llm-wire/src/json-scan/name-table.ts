import { asBuffer } from '../bytes.js';

interface Entry<T> {
  bytes: Uint8Array;
  value: T;
  next: Entry<T> | undefined;
}

/** A character as JSON's escape of four hexadecimal digits. */
const ESCAPED_LENGTH = 6;

/** Finds what a JSON string spells among a few ASCII names, without making a string of it. */
export class NameTable<T> {
  /** By length and first byte, so that any other name costs one array access. */
  private readonly slots: (Entry<T> | undefined)[];
  private readonly values: ReadonlyMap<string, T>;
  private readonly longest: number;

  constructor(names: Iterable<readonly [string, T]>) {
    this.values = new Map(names);
    this.longest = Math.max(0, ...[...this.values.keys()].map(({ length }) => length));
    this.slots = new Array<undefined>((this.longest + 1) * 256).fill(undefined);
    for (const [name, value] of this.values) {
      const bytes = new Uint8Array(Buffer.from(name));
      const slot = bytes.length * 256 + (bytes[0] ?? 0);
      this.slots[slot] = { bytes, value, next: this.slots[slot] };
    }
  }

  /** `start` and `end` are the content of a valid JSON string, `escaped` where it has an escape. */
  find(body: Uint8Array, start: number, end: number, escaped: boolean): T | undefined {
    if (escaped) return this.findEscaped(body, start, end);
    const length = end - start;
    if (length > this.longest || length === 0) return undefined;
    let entry = this.slots[length * 256 + body[start]!];
    for (; entry !== undefined; entry = entry.next) {
      const { bytes } = entry;
      let i = 1;
      while (i < length && bytes[i] === body[start + i]) i++;
      if (i === length) return entry.value;
    }
    return undefined;
  }

  private findEscaped(body: Uint8Array, start: number, end: number): T | undefined {
    if (end - start > this.longest * ESCAPED_LENGTH) return undefined;
    const raw = asBuffer(body).toString('utf8', start, end);
    return this.values.get(JSON.parse(`"${raw}"`) as string);
  }
}
