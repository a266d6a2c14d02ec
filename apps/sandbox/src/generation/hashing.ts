const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const SECOND_OFFSET = 0x9e3779b9;
const SECOND_PRIME = 0x85ebca6b;

/** A running 53-bit hash of text. Not cryptographic: it seeds text and names cached prefixes. */
export class RunningHash {
  private first = FNV_OFFSET;
  private second = SECOND_OFFSET;

  add(text: string, start = 0, end = text.length): void {
    let first = this.first;
    let second = this.second;
    for (let index = start; index < end; index += 1) {
      const code = text.charCodeAt(index);
      first = Math.imul(first ^ code, FNV_PRIME);
      second = Math.imul(second ^ code, SECOND_PRIME);
    }
    this.first = first;
    this.second = second;
  }

  get value(): number {
    return (this.first >>> 0) * 0x200000 + ((this.second >>> 0) >>> 11);
  }
}

export function hashOf(text: string): number {
  const hash = new RunningHash();
  hash.add(text);
  return hash.value;
}

/** Mulberry32: a small deterministic generator of numbers in [0, 1). */
export function randomFrom(seed: number): () => number {
  let state = (seed ^ (seed / 0x100000000)) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000;
  };
}

const SEAL_PREFIX = 'gAAAAAB';

/**
 * An opaque string that stands for reasoning which only its maker can read: a signature over
 * `text`, or the encrypted reasoning itself.
 */
export function seal(text: string): string {
  const random = randomFrom(hashOf(`seal:${text}`));
  let body = '';
  while (body.length < 160) body += Math.floor(random() * 2 ** 30).toString(36);
  return `${SEAL_PREFIX}${body}.${hashOf(body).toString(36)}`;
}

/** Whether `sealed` was made here and came back unchanged. */
export function isSealed(sealed: string): boolean {
  const dot = sealed.lastIndexOf('.');
  if (!sealed.startsWith(SEAL_PREFIX) || dot < 0) return false;
  return hashOf(sealed.slice(SEAL_PREFIX.length, dot)).toString(36) === sealed.slice(dot + 1);
}
