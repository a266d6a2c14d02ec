import type { DisputeState, PaymentFacts, RefundState } from '../stripe/payment-facts.js';

export const unassignedReasons = [
  'no_account',
  'other_customer',
  'other_currency',
  'account_closed',
] as const;
export type UnassignedReason = (typeof unassignedReasons)[number];

/** Whose money a payment is: an account's (its UUID), or nobody's here, and why. */
export interface Assignment {
  accountId: string | null;
  unassigned: UnassignedReason | null;
  /** It pays for the plan of this subscription, which is revenue and no balance. */
  subscriptionId: string | null;
}

/** What of a payment is in the ledger. */
export interface Booked {
  /** Undefined until it is booked; it never changes then. */
  payment: Assignment | undefined;
  refunds: ReadonlyMap<string, RefundState>;
  disputes: ReadonlyMap<string, DisputeState>;
}

export type MoveKind =
  | 'payment'
  | 'refund'
  | 'refund_returned'
  | 'dispute'
  | 'dispute_lost'
  | 'dispute_returned'
  | 'lost_dispute_returned';

/** One step that the ledger has not made yet. */
export interface Move {
  kind: MoveKind;
  /** Of the payment, the refund or the dispute at Stripe. */
  objectId: string;
  amountCents: number;
}

/**
 * The steps from what is booked to how the payment stands. States only go forward, so the same facts twice, or older
 * facts after newer ones, ask for nothing: events may come in any order, twice or late.
 */
export function movesFor(facts: PaymentFacts, booked: Booked): Move[] {
  const moves: Move[] = booked.payment
    ? []
    : [{ kind: 'payment', objectId: facts.intentId, amountCents: facts.amountCents }];
  for (const { id, amountCents, state } of facts.refunds) {
    for (const kind of refundSteps(booked.refunds.get(id), state)) {
      moves.push({ kind, objectId: id, amountCents });
    }
  }
  for (const { id, amountCents, state } of facts.disputes) {
    for (const kind of disputeSteps(booked.disputes.get(id), state)) {
      moves.push({ kind, objectId: id, amountCents });
    }
  }
  return moves;
}

function refundSteps(before: RefundState | undefined, now: RefundState): MoveKind[] {
  if (now === 'taken') return before === undefined ? ['refund'] : [];
  return before === 'taken' ? ['refund_returned'] : [];
}

function disputeSteps(before: DisputeState | undefined, now: DisputeState): MoveKind[] {
  switch (now) {
    case 'open':
      return before === undefined ? ['dispute'] : [];
    case 'lost':
      if (before === undefined) return ['dispute', 'dispute_lost'];
      return before === 'open' ? ['dispute_lost'] : [];
    case 'returned':
      if (before === 'open') return ['dispute_returned'];
      // Won on appeal.
      return before === 'lost' ? ['lost_dispute_returned'] : [];
  }
}

/** The later of two states: how a refund or dispute stands in the ledger after its steps. */
export function laterRefundState(before: RefundState | undefined, now: RefundState): RefundState {
  return before === 'returned' ? 'returned' : now;
}

export function laterDisputeState(
  before: DisputeState | undefined,
  now: DisputeState,
): DisputeState {
  const rank = { open: 0, lost: 1, returned: 2 };
  return before !== undefined && rank[before] > rank[now] ? before : now;
}
