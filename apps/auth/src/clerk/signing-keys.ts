import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { clerkBounds } from './bounds.js';

export interface Jwk extends JsonWebKey {
  kid: string;
}

/** The public keys of Clerk's instance, fetched when they are asked for and no longer fresh. */
export class SigningKeys {
  private pems = new Map<string, string>();
  private fetchedAt = Number.NEGATIVE_INFINITY;
  private triedAt = Number.NEGATIVE_INFINITY;
  private fetching: Promise<void> | undefined;

  /** @param now a monotonic clock in milliseconds */
  constructor(
    private readonly fetchKeys: () => Promise<Jwk[]>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** A key as PEM; undefined where the instance has none of this id. Rejects where Clerk does not say for too long. */
  async find(kid: string): Promise<string | undefined> {
    if (this.fetching !== undefined || this.isDue(kid)) await this.refresh();
    return this.pems.get(kid);
  }

  private isDue(kid: string): boolean {
    const now = this.now();
    if (now - this.fetchedAt >= clerkBounds.keysFreshMs) return true;
    return !this.pems.has(kid) && now - this.triedAt >= clerkBounds.keysAgainMs;
  }

  private async refresh(): Promise<void> {
    this.fetching ??= this.load().finally(() => (this.fetching = undefined));
    try {
      await this.fetching;
    } catch (error) {
      if (this.now() - this.fetchedAt >= clerkBounds.keysUsableMs) throw error;
    }
  }

  private async load(): Promise<void> {
    const askedAt = this.now();
    this.triedAt = askedAt;
    const keys = await this.fetchKeys();
    // Whole: what is not among them any more was rotated out.
    this.pems = new Map(keys.map((key) => [key.kid, pemOf(key)]));
    this.fetchedAt = askedAt;
  }
}

function pemOf(key: Jwk): string {
  return createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString();
}
