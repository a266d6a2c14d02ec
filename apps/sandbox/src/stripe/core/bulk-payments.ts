import type { Stripe } from 'stripe';
import { z } from 'zod';
import { balanceTransactionObject, processingFee } from '../payments/balance-object.js';
import { chargeObject } from '../payments/charge-object.js';
import { paymentIntentObject } from '../payments/intent-objects.js';
import { paymentMethodObject } from '../payments/payment-method-object.js';
import { testCards } from '../payments/test-cards.js';
import { type Bulk, bulkId } from './rows.js';

export const bulkSchema = z.strictObject({
  /** In every id of it: `pi_<batch>000000000` and so on, `ch_…` and `txn_…` likewise. */
  batch: z.string().regex(/^[A-Za-z0-9]{15}$/, 'must be 15 letters and digits'),
  count: z.number().int().min(1).max(10_000_000),
  /** The payments are spread evenly from the one moment to before the other, in seconds. */
  from: z.number().int().min(0),
  to: z.number().int().min(0),
  /** Of the first; each following one is a cent more, and after `amounts` of them it begins anew. */
  amount: z.number().int().min(50).default(1_000),
  amounts: z.number().int().min(1).default(1),
  currency: z.string().length(3).default('usd'),
  customer: z.string().nullable().default(null),
  metadata: z.record(z.string(), z.string()).default({}),
});

/** Payments that nobody made one by one. */
export type BulkSpec = z.output<typeof bulkSchema>;

interface Bulks {
  payment_intent: Bulk<Stripe.PaymentIntent>;
  charge: Bulk<Stripe.Charge>;
  balance_transaction: Bulk<Stripe.BalanceTransaction>;
}

/** Any of them can be made from its number alone: a million of them take no room. */
export function bulksOf(spec: BulkSpec): Bulks {
  const { batch, count, from, to } = spec;
  const prefixes = { intent: `pi_${batch}`, charge: `ch_${batch}`, transaction: `txn_${batch}` };
  const createdAt = (index: number): number => from + Math.floor(((to - from) * index) / count);
  const [card] = testCards;
  if (card === undefined) throw new Error('there is no test card');
  const method = paymentMethodObject(`pm_${batch}`, from, card, { expMonth: 12, expYear: 2034 });
  const intentOf = (index: number): Stripe.PaymentIntent => {
    const amount = spec.amount + (index % spec.amounts);
    const id = bulkId(prefixes.intent, index);
    return paymentIntentObject(id, createdAt(index), {
      amount,
      amount_received: amount,
      client_secret: `${id}_secret`,
      currency: spec.currency,
      customer: spec.customer,
      latest_charge: bulkId(prefixes.charge, index),
      metadata: spec.metadata,
      status: 'succeeded',
    });
  };
  const chargeOf = (index: number): Stripe.Charge => {
    const id = bulkId(prefixes.charge, index);
    const charged = { intent: intentOf(index), method, card, wasAuthenticated: false };
    const charge = chargeObject(id, createdAt(index), charged);
    charge.balance_transaction = bulkId(prefixes.transaction, index);
    return charge;
  };
  const transactionOf = (index: number): Stripe.BalanceTransaction => {
    const amount = spec.amount + (index % spec.amounts);
    return balanceTransactionObject(bulkId(prefixes.transaction, index), {
      type: 'charge',
      reportingCategory: 'charge',
      amount,
      fee: processingFee(amount),
      currency: spec.currency,
      source: bulkId(prefixes.charge, index),
      description: null,
      created: createdAt(index),
    });
  };
  return {
    payment_intent: { idPrefix: prefixes.intent, count, make: intentOf },
    charge: { idPrefix: prefixes.charge, count, make: chargeOf },
    balance_transaction: { idPrefix: prefixes.transaction, count, make: transactionOf },
  };
}
