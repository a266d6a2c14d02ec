import { keyRowOf, standsAt, type Needle } from './encodings.js';

/** Bytes of a block, and the bits of its hash. */
const block = 3;
const hashBits = 16;

interface Key {
  bytes: Buffer;
  /** Of the needle's first byte to the key's. */
  lead: number;
  needle: number;
}

/**
 * Looks for hundreds of needles in one pass (Wu and Manber): most steps pass over as many bytes as the shortest needle's
 * longest row has, less two.
 */
export class Search {
  private readonly window: number;
  private readonly shifts = new Uint8Array(1 << hashBits);
  private readonly buckets = new Map<number, Key[]>();

  constructor(private readonly needles: readonly Needle[]) {
    const keys = needles.map((needle, index) => ({ ...keyRowOf(needle), needle: index }));
    this.window = Math.min(255, ...keys.map(({ bytes }) => bytes.length));
    this.shifts.fill(this.window - block + 1);
    for (const key of keys) this.add(key);
  }

  /** Tells of each needle wherever it stands. */
  in(bytes: Buffer, found: (needle: number, at: number) => void): void {
    const { window, shifts, buckets } = this;
    for (let end = window - 1; end < bytes.length;) {
      const hash = hashOf(bytes, end);
      const shift = shifts[hash]!;
      if (shift > 0) {
        end += shift;
        continue;
      }
      for (const { bytes: key, lead, needle } of buckets.get(hash)!) {
        const from = end - window + 1;
        const at = from - lead;
        if (at < 0 || !bytes.subarray(from, from + key.length).equals(key)) continue;
        if (standsAt(bytes, this.needles[needle]!.rows, at)) found(needle, at);
      }
      end += 1;
    }
  }

  private add(key: Key): void {
    for (let last = block - 1; last < this.window; last += 1) {
      const hash = hashOf(key.bytes, last);
      this.shifts[hash] = Math.min(this.shifts[hash]!, this.window - 1 - last);
      if (last === this.window - 1)
        this.buckets.set(hash, [...(this.buckets.get(hash) ?? []), key]);
    }
  }
}

/** Of the block that ends there. */
function hashOf(bytes: Buffer, last: number): number {
  const word = bytes[last]! | (bytes[last - 1]! << 8) | (bytes[last - 2]! << 16);
  return Math.imul(word, 0x9e3779b1) >>> (32 - hashBits);
}
