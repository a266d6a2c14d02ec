import { invalidRequest, type StripeError } from '../wire/stripe-error.js';

const least = 50;
const most = 99_999_999;

/** `1234` of usd is `$12.34`. */
export function spelled(amount: number, currency: string): string {
  const units = (amount / 100).toLocaleString('en-US', { minimumFractionDigits: 2 });
  return currency === 'usd' ? `$${units}` : `${units} ${currency}`;
}

/** Why an amount cannot be charged; undefined where it can. */
export function amountRefusal(
  amount: number,
  currency: string,
  words: { tooSmall?: string; param?: string } = {},
): StripeError | undefined {
  const { tooSmall = 'Amount must be', param = 'amount' } = words;
  if (amount < least) {
    return invalidRequest(`${tooSmall} at least ${spelled(least, currency)} ${currency}`, {
      code: 'amount_too_small',
      param,
    });
  }
  if (amount > most) {
    return invalidRequest(`Amount must be no more than ${spelled(most, currency)}`, {
      code: 'amount_too_large',
      param,
    });
  }
  return undefined;
}
