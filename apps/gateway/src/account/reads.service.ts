import { Injectable } from '@nestjs/common';
import { bounds } from '../bounds.js';
import { KeyShares, type Owner } from '../shares/key-shares.js';

/** Questions to other services that are answered as they come, and shared fairly: a key that polls is no load to others. */
@Injectable()
export class Reads {
  private readonly shares = new KeyShares({
    name: 'open_reads',
    what: 'reads of its usage, credits and limits open',
    total: bounds.maxOpenReads,
  });

  /** Rejects as `call` does, and with 429 or 503 where the key, or all together, ask too much at once. */
  async ask<T>(owner: Owner, call: (options: { timeoutMs: number }) => Promise<T>): Promise<T> {
    this.shares.take(owner);
    try {
      return await call({ timeoutMs: bounds.readMs });
    } finally {
      this.shares.release(owner);
    }
  }
}
