import { createHash } from 'node:crypto';
import type { Stripe } from 'stripe';

export const accountName = 'ModelBridge';

/** The account that a secret key belongs to: the same one after a restart. */
export function accountObject(secretKey: string): Stripe.Account {
  const digest = createHash('sha256').update(`account of ${secretKey}`).digest('hex');
  return {
    id: `acct_${digest.slice(0, 16)}`,
    object: 'account',
    charges_enabled: true,
    country: 'US',
    default_currency: 'usd',
    details_submitted: true,
    email: null,
    metadata: {},
    payouts_enabled: true,
    type: 'standard',
  };
}
