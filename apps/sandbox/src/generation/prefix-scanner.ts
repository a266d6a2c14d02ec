import { RunningHash } from './hashing.js';
import { tokenEnd } from './tokenizer.js';

/** A prefix of a prompt: how long it is and what it hashes to. */
export interface Prefix {
  tokens: number;
  key: number;
}

/** Reads a prompt once: counts its tokens, seeds its answer and notes the prefixes that caches know. */
export class PrefixScanner {
  private readonly hash = new RunningHash();
  private count = 0;
  private nextBoundary: number;
  /** The prompt at every `step` tokens, the shortest first. */
  readonly steps: Prefix[] = [];

  /**
   * @param scope what keeps equal prompts apart in a cache: provider, region and model
   * @param step tokens between the prefixes to note; 0 notes none
   */
  constructor(
    scope: string,
    private readonly step: number,
  ) {
    this.hash.add(scope);
    this.nextBoundary = step > 0 ? step : Infinity;
  }

  get tokens(): number {
    return this.count;
  }

  /** The whole prompt so far. */
  get prefix(): Prefix {
    return { tokens: this.count, key: this.hash.value };
  }

  /** Adds text, counted by the tokenizer. */
  text(text: string): void {
    for (let start = 0; start < text.length;) {
      const end = tokenEnd(text, start);
      this.hash.add(text, start, end);
      this.advance(1);
      start = end;
    }
  }

  /** Adds something that is not text, such as an image or a turn's frame, at a fixed count. */
  opaque(identity: string, tokens: number): void {
    this.hash.add(identity);
    this.advance(tokens);
  }

  private advance(tokens: number): void {
    this.count += tokens;
    while (this.count >= this.nextBoundary) {
      this.steps.push({ tokens: this.nextBoundary, key: this.hash.value });
      this.nextBoundary += this.step;
    }
  }
}
