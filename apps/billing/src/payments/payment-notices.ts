import type { NewNotice } from '../notices/notice.js';
import { nanoUsdOf } from '../stripe/cents.js';
import type { DisputeFacts, PaymentFacts, RefundFacts } from '../stripe/payment-facts.js';
import { laterDisputeState, type Booked } from './moves.js';

/** What is told of a payment that stands so at Stripe: whatever of it was not booked so before. */
export function paymentNotices(
  accountId: string,
  facts: PaymentFacts,
  booked: Booked,
): NewNotice[] {
  const { intentId, amountCents } = facts;
  const payment: NewNotice = {
    accountId,
    kind: 'payment_received',
    cause: intentId,
    facts: { amount_nano_usd: nanoUsdOf(amountCents).toString(), payment_intent_id: intentId },
  };
  return [
    ...(booked.payment === undefined ? [payment] : []),
    ...facts.refunds.flatMap((refund) => refundNotices(accountId, intentId, refund, booked)),
    ...facts.disputes.flatMap((dispute) => disputeNotices(accountId, intentId, dispute, booked)),
  ];
}

function refundNotices(
  accountId: string,
  payment_intent_id: string,
  { id, amountCents, state }: RefundFacts,
  { refunds }: Booked,
): NewNotice[] {
  if (state !== 'taken' || refunds.has(id)) return [];
  const amount_nano_usd = nanoUsdOf(amountCents).toString();
  const facts = { amount_nano_usd, payment_intent_id, refund_id: id };
  return [{ accountId, kind: 'payment_refunded', cause: id, facts }];
}

function disputeNotices(
  accountId: string,
  payment_intent_id: string,
  { id, amountCents, state }: DisputeFacts,
  { disputes }: Booked,
): NewNotice[] {
  const before = disputes.get(id);
  const now = laterDisputeState(before, state);
  if (now === before || (now === 'returned' && before === undefined)) return [];
  const amount_nano_usd = nanoUsdOf(amountCents).toString();
  const facts = { amount_nano_usd, payment_intent_id, dispute_id: id };
  const opened: NewNotice = { accountId, kind: 'dispute_opened', cause: id, facts };
  const outcome = now === 'lost' ? 'lost' : 'won';
  const closed: NewNotice = {
    accountId,
    kind: 'dispute_closed',
    // One that was lost may be won on appeal.
    cause: `${id}:${outcome}`,
    facts: { ...facts, outcome },
  };
  return [...(before === undefined ? [opened] : []), ...(now === 'open' ? [] : [closed])];
}
