import { StripeError } from '../wire/stripe-error.js';
import type { JsonObject } from '../../json.js';
import type { Decline } from './test-cards.js';

export const authenticationRequired: Decline & { code: string } = {
  code: 'authentication_required' as Decline['code'],
  declineCode: 'authentication_required',
  message: 'Your card was declined. This transaction requires authentication.',
};

/** 402, as the API answers where a card is declined. @param more the intent and so on */
export function cardRefusal(decline: Decline, more: JsonObject = {}): StripeError {
  return new StripeError(402, 'card_error', decline.message, {
    code: decline.code,
    more: {
      ...(decline.declineCode !== undefined && { decline_code: decline.declineCode }),
      ...more,
    },
  });
}
