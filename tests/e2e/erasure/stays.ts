import { expect } from '@jest/globals';
import type { Receipt } from './saga.js';
import type { Found } from './search.js';

/** Where and how somebody who is erased may still be found, by what their receipt says stays. */
const allowed: Record<string, { places: RegExp; kinds: string[] }> = {
  billing: {
    places:
      /^billing\.(ledger_account|payment|billing_account|allowance|charge|spend_counter|stripe_customer|stripe_payment|monthly_usage|closed_account|rate_window|allowance_step|credit_grant|subscription|plan_period)$/,
    kinds: ['account', 'key', 'stripe'],
  },
  auth: { places: /^auth\.audit_(log|entry)$/, kinds: ['account', 'user', 'key'] },
  'message transport': {
    places: /^nats$/,
    kinds: ['account', 'user', 'key', 'publicId', 'keyHash', 'word'],
  },
  'spools of gateways': {
    places: /^spool$/,
    kinds: ['account', 'user', 'key', 'keyHash', 'word'],
  },
  'logs of the services': { places: /^logs\//, kinds: ['account', 'user', 'key'] },
};

/** Throws for what was found and is not among what the receipt says stays. */
export function expectOnlyWhatStays(receipt: Receipt, found: Found[]): void {
  const said = receipt.stays.map(({ where }) => where);
  const rules = Object.entries(allowed).filter(([where]) => said.includes(where));
  const left = found.filter(
    ({ place, kind }) =>
      !rules.some(([, { places, kinds }]) => places.test(place) && kinds.includes(kind)),
  );
  expect(left).toEqual([]);
}
