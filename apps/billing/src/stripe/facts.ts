import type Stripe from 'stripe';
import type { DisputeFacts, DisputeState, PaymentFacts, RefundFacts } from './payment-facts.js';
import { idOf } from './id-of.js';

const timeOf = (seconds: number): Date => new Date(seconds * 1_000);

/** What is read of a payment intent that has succeeded. */
export function paymentFacts(
  intent: Stripe.PaymentIntent,
  accountKey: string,
  rechargeKey: string,
): Omit<PaymentFacts, 'refunds' | 'disputes' | 'taxCents'> {
  const charge = typeof intent.latest_charge === 'string' ? undefined : intent.latest_charge;
  const card = charge?.payment_method_details?.card;
  return {
    intentId: intent.id,
    amountCents: intent.amount_received,
    currency: intent.currency,
    accountId: intent.metadata[accountKey],
    customerId: idOf(intent.customer),
    chargeId: idOf(intent.latest_charge),
    cardBrand: card?.brand ?? undefined,
    cardLast4: card?.last4 ?? undefined,
    paidAt: timeOf(charge?.created ?? intent.created),
    savedCard: savedCardOf(intent, card),
    rechargeId: intent.metadata[rechargeKey],
  };
}

function savedCardOf(
  { setup_future_usage: usage, payment_method: method }: Stripe.PaymentIntent,
  card: Stripe.Charge.PaymentMethodDetails.Card | null | undefined,
): PaymentFacts['savedCard'] {
  const paymentMethodId = idOf(method);
  if (usage !== 'off_session' || paymentMethodId === undefined) return undefined;
  const { brand, last4 } = card ?? {};
  return brand && last4 ? { paymentMethodId, brand, last4 } : undefined;
}

export function refundFacts(refund: Stripe.Refund, requestKey: string): RefundFacts {
  const { id, amount, status, created, metadata } = refund;
  return {
    id,
    amountCents: amount,
    state: status === 'failed' || status === 'canceled' ? 'returned' : 'taken',
    createdAt: timeOf(created),
    requestId: metadata?.[requestKey],
  };
}

export function disputeFacts(dispute: Stripe.Dispute): DisputeFacts {
  const { id, amount, created } = dispute;
  return { id, amountCents: amount, state: disputeState(dispute), createdAt: timeOf(created) };
}

/** By the money that moved, whatever statuses Stripe adds: an inquiry takes none, a win or an appeal brings it back. */
function disputeState({ balance_transactions: moved, status }: Stripe.Dispute): DisputeState {
  const sum = moved.reduce((total, { amount }) => total + amount, 0);
  if (sum >= 0) return 'returned';
  return status === 'lost' ? 'lost' : 'open';
}
