import { createHash } from 'node:crypto';
import { StripeError } from './stripe-error.js';

export interface Reply {
  status: number;
  body: string;
}

export interface Claim {
  fingerprint: string;
  claimedAtMs: number;
  /** What was done is known before it is told: whatever ends the process, nothing is done twice. */
  reply?: Reply;
  isTold: boolean;
}

const lifetimeMs = 24 * 60 * 60 * 1_000;

/** What was answered under each Idempotency-Key, as long as Stripe promises to know it. */
export class IdempotencyKeys {
  private readonly claims = new Map<string, Claim>();

  stored(): [string, Claim][] {
    return [...this.claims];
  }

  restore(claims: [string, Claim][]): void {
    for (const [key, claim] of claims) this.claims.set(key, { ...claim, isTold: true });
  }

  /** The first answer under this key; undefined where this request is the first, and is to be recorded. */
  claim(key: string, request: { path: string; body: string }): Reply | undefined {
    this.forget();
    const fingerprint = createHash('sha256')
      .update(`${request.path}\n${request.body}`)
      .digest('hex');
    const known = this.claims.get(key);
    if (known === undefined) {
      this.claims.set(key, { fingerprint, claimedAtMs: Date.now(), isTold: false });
      return undefined;
    }
    if (known.fingerprint !== fingerprint) {
      throw new StripeError(
        400,
        'idempotency_error',
        `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
      );
    }
    if (known.reply === undefined || !known.isTold) {
      throw new StripeError(
        409,
        'idempotency_error',
        `There is currently another in-progress request using this Stripe Idempotency-Key (that probably means you submitted twice, and the other request is still going through): ${key}.`,
        { code: 'idempotency_key_in_use' },
      );
    }
    return known.reply;
  }

  /** The call is done; until it is told, others under its key are in its way. */
  record(key: string, reply: Reply): void {
    const claim = this.claims.get(key);
    if (claim !== undefined) claim.reply = reply;
  }

  tell(key: string): void {
    const claim = this.claims.get(key);
    if (claim !== undefined) claim.isTold = true;
  }

  /** Nothing was executed: the key is as good as new. */
  release(key: string): void {
    this.claims.delete(key);
  }

  private forget(): void {
    const oldest = Date.now() - lifetimeMs;
    for (const [key, { claimedAtMs }] of this.claims) {
      // The first are the oldest.
      if (claimedAtMs > oldest) return;
      this.claims.delete(key);
    }
  }
}
