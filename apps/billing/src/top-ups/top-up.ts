import { formatUsd } from '@modelbridge/contracts';
import { BillingError } from '../book/billing-error.js';
import { centsOf } from '../stripe/cents.js';
import { topUpBounds } from './bounds.js';

/** The cents of an amount that can be paid in (nano-USD). Throws what is wrong with another. */
export function payableCents(nanoUsd: bigint): number {
  const { leastNanoUsd, mostNanoUsd } = topUpBounds;
  if (nanoUsd < leastNanoUsd || nanoUsd > mostNanoUsd) {
    const [least, most] = [formatUsd(leastNanoUsd), formatUsd(mostNanoUsd)];
    throw unpayable(`must be from ${least} to ${most} USD`);
  }
  const cents = centsOf(nanoUsd);
  if (cents === undefined) {
    throw unpayable('must be a whole number of cents: a multiple of 10000000 nano-USD');
  }
  return cents;
}

function unpayable(message: string): BillingError {
  return new BillingError('invalid_argument', `amount_nano_usd ${message}`, 'amount_nano_usd');
}
