import { MAX_CACHED_PREFIXES } from '../bounds.js';
import type { Prefix } from './prefix-scanner.js';

/** An automatic prompt cache: whatever prefix was seen before is read from it. */
export class PrefixCache {
  private readonly seen = new Set<number>();

  /** @param minimumTokens prefixes below this are not cached */
  constructor(private readonly minimumTokens: number) {}

  /** Tokens of the longest known prefix; afterwards every step of this prompt is known. */
  readAndRemember(steps: Prefix[]): number {
    let read = 0;
    let unbroken = true;
    for (const step of steps) {
      unbroken &&= this.seen.delete(step.key);
      if (unbroken) read = step.tokens;
      this.seen.add(step.key);
    }
    this.evict();
    return read >= this.minimumTokens ? read : 0;
  }

  private evict(): void {
    for (const oldest of this.seen) {
      if (this.seen.size <= MAX_CACHED_PREFIXES) return;
      this.seen.delete(oldest);
    }
  }
}
