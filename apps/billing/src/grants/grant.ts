/** Why credit was granted. */
type GrantSource = 'plan' | 'operator' | 'promo_code' | 'correction';

export interface StoredGrant {
  id: string;
  accountId: string;
  source: GrantSource;
  /** Nano-USD, greater than 0. */
  amount: bigint;
  expiresAt: Date;
  idempotencyKey: string;
  /** The ledger's transfer that granted it. */
  transferId: string;
}
