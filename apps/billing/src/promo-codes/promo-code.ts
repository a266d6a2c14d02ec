import { BillingError } from '../book/billing-error.js';

/** A code that accounts redeem for granted credit, each once. */
export interface PromoCode {
  /** In upper case. */
  code: string;
  /** Nano-USD. */
  amount: bigint;
  validFrom: Date;
  validUntil: Date;
  /** How long the credit lasts from its redemption. */
  creditDays: number;
  maxRedemptions: number;
  redemptions: number;
  endedAt: Date | null;
}

const dayMs = 24 * 60 * 60_000;

/** How a code is known, however it is typed. */
export function normalized(code: string): string {
  return code.trim().toUpperCase();
}

/** When credit that is granted now expires. */
export function creditExpiry({ creditDays }: PromoCode, now: Date): Date {
  return new Date(now.getTime() + creditDays * dayMs);
}

/** Throws where a code cannot be redeemed now by an account that has not redeemed it. */
export function requireRedeemable(promo: PromoCode | undefined, now: Date): PromoCode {
  // One that is not valid yet is a secret still.
  if (promo === undefined || promo.validFrom > now) {
    throw new BillingError('not_found', 'there is no such code: check how it is written', 'code');
  }
  if (promo.endedAt !== null || promo.validUntil <= now) {
    throw new BillingError('failed_precondition', 'this code has expired', 'code');
  }
  if (promo.redemptions >= promo.maxRedemptions) {
    throw new BillingError('failed_precondition', 'this code is used up', 'code');
  }
  return promo;
}
