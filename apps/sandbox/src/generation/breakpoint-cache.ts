import { MAX_CACHED_PREFIXES } from '../bounds.js';
import type { Prefix } from './prefix-scanner.js';

export type CacheLifetime = '5m' | '1h';

/** A content block's end, where the prompt asks for it with a cache breakpoint. */
export interface BlockEnd extends Prefix {
  lifetime?: CacheLifetime;
}

const LIFETIME_MS: Record<CacheLifetime, number> = { '5m': 300_000, '1h': 3_600_000 };

/** How many blocks before a breakpoint are looked at for an earlier entry. */
const LOOKBACK_BLOCKS = 20;

/** Anthropic's prompt cache: written and read at the breakpoints that requests set. */
export class BreakpointCache {
  private readonly entries = new Map<number, { expiresAt: number; lifetime: CacheLifetime }>();

  constructor(private readonly now: () => number = Date.now) {}

  /** Tokens read from the cache and written to it, by lifetime. `minimumTokens` is the model's. */
  use(
    blocks: BlockEnd[],
    minimumTokens: number,
  ): { read: number; write5m: number; write1h: number } {
    const read = this.longestHit(blocks);
    let last5m = 0;
    let last1h = 0;
    for (const { tokens, key, lifetime } of blocks) {
      if (!lifetime || tokens < minimumTokens) continue;
      this.entries.delete(key);
      this.entries.set(key, { expiresAt: this.now() + LIFETIME_MS[lifetime], lifetime });
      if (lifetime === '1h') last1h = tokens;
      else last5m = tokens;
    }
    this.evict();
    const write1h = Math.max(0, last1h - read);
    const write5m = Math.max(0, last5m - Math.max(read, last1h));
    return { read, write5m, write1h };
  }

  private longestHit(blocks: BlockEnd[]): number {
    let lookUntil = Infinity;
    for (let index = blocks.length - 1; index >= 0; index -= 1) {
      const block = blocks[index] as BlockEnd;
      if (block.lifetime) lookUntil = index - LOOKBACK_BLOCKS;
      if (index < lookUntil) continue;
      const entry = this.entries.get(block.key);
      if (entry && entry.expiresAt > this.now()) {
        entry.expiresAt = this.now() + LIFETIME_MS[entry.lifetime];
        return block.tokens;
      }
    }
    return 0;
  }

  private evict(): void {
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= MAX_CACHED_PREFIXES) return;
      this.entries.delete(oldest);
    }
  }
}
