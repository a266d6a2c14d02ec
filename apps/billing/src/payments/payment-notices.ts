import type { NewNotice } from '../notices/notice.js';
import { nanoUsdOf } from '../stripe/cents.js';
import type { DisputeFacts, PaymentFacts, RefundFacts } from '../stripe/payment-facts.js';
import { laterDisputeState, type Booked } from './moves.js';

/** What is told of a payment that stands so at Stripe: whatever of it was not booked so before. */
export function paymentNotices(
  accountId: string,
  facts: PaymentFacts,
  booked: Booked,
  isForPlan: boolean,
): NewNotice[] {
  const { intentId, amountCents, taxCents } = facts;
  const told: Told = {
    accountId,
    payment: { payment_intent_id: intentId, ...(isForPlan && { paid_for: 'plan' }) },
  };
  const payment: NewNotice = {
    accountId,
    kind: 'payment_received',
    cause: intentId,
    facts: {
      amount_nano_usd: nanoUsdOf(amountCents).toString(),
      ...told.payment,
      ...(taxCents > 0 && { tax_nano_usd: nanoUsdOf(taxCents).toString() }),
    },
  };
  return [
    ...(booked.payment === undefined ? [payment] : []),
    ...facts.refunds.flatMap((refund) => refundNotices(told, refund, booked)),
    ...facts.disputes.flatMap((dispute) => disputeNotices(told, dispute, booked)),
  ];
}

interface Told {
  accountId: string;
  payment: { payment_intent_id: string; paid_for?: 'plan' };
}

function refundNotices(
  { accountId, payment }: Told,
  { id, amountCents, state }: RefundFacts,
  { refunds }: Booked,
): NewNotice[] {
  if (state !== 'taken' || refunds.has(id)) return [];
  const amount_nano_usd = nanoUsdOf(amountCents).toString();
  const facts = { amount_nano_usd, ...payment, refund_id: id };
  return [{ accountId, kind: 'payment_refunded', cause: id, facts }];
}

function disputeNotices(
  { accountId, payment }: Told,
  { id, amountCents, state }: DisputeFacts,
  { disputes }: Booked,
): NewNotice[] {
  const before = disputes.get(id);
  const now = laterDisputeState(before, state);
  if (now === before || (now === 'returned' && before === undefined)) return [];
  const amount_nano_usd = nanoUsdOf(amountCents).toString();
  const facts = { amount_nano_usd, ...payment, dispute_id: id };
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
