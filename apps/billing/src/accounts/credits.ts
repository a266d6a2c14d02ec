import { least, most } from '../book/amount.js';
import type { StoredCredits } from './accounts.repository.js';

/** An account's money at one moment, nano-USD. */
export interface Credits {
  /** Paid in less what it was charged. */
  balance: bigint;
  /** What is left of credit that was granted. */
  granted: bigint;
  held: bigint;
  spent: bigint;
  nextExpiry: { at: Date; amount: bigint } | undefined;
}

/** What has expired is gone as far as it is free, though nobody may have posted it yet. */
export function creditsAt(stored: StoredCredits, now: Date): Credits {
  const { balance, held, spent, creditLine } = stored;
  const sum = (grants: StoredCredits['grants']): bigint =>
    grants.reduce((total, { remaining }) => total + remaining, 0n);
  const valid = stored.grants.filter(({ expiresAt }) => expiresAt > now);
  const expired = sum(stored.grants) - sum(valid);
  const uncovered = held - (balance + creditLine + sum(valid));
  const granted = sum(valid) + most(0n, least(expired, uncovered));
  const [next] = valid;
  return {
    balance,
    granted,
    held,
    spent,
    nextExpiry: next && { at: next.expiresAt, amount: next.remaining },
  };
}
