import { RequestError } from '../errors/request-error.js';

/** How many counts run at once, in all and for each key. */
export class CountSlots {
  private readonly byKey = new Map<string, number>();
  private running = 0;

  constructor(private readonly most: { inAll: number; perKey: number }) {}

  /** Takes a slot; returns what gives it back. Throws 429 for the key's own share, 503 for all. */
  take(keyId: string): () => void {
    const own = this.byKey.get(keyId) ?? 0;
    if (own >= this.most.perKey) {
      throw RequestError.of('too_many_at_once', {
        message: `At most ${this.most.perKey} token counts of one key run at once. Try again when one has ended.`,
        retryAfterMs: 1_000,
      });
    }
    if (this.running >= this.most.inAll) {
      throw RequestError.of('overloaded');
    }
    this.running += 1;
    this.byKey.set(keyId, own + 1);
    return () => this.release(keyId);
  }

  private release(keyId: string): void {
    this.running -= 1;
    const left = (this.byKey.get(keyId) ?? 0) - 1;
    if (left > 0) this.byKey.set(keyId, left);
    else this.byKey.delete(keyId);
  }
}
