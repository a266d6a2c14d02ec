/** A payment as it stands at Stripe. Amounts are cents. */

export type RefundState = 'taken' | 'returned';
export type DisputeState = 'open' | 'lost' | 'returned';

export interface RefundFacts {
  id: string;
  amountCents: number;
  state: RefundState;
  createdAt: Date;
  /** The operator's request that it answers. */
  requestId?: string;
}

export interface DisputeFacts {
  id: string;
  amountCents: number;
  state: DisputeState;
  createdAt: Date;
}

/** A payment that has succeeded, as it stands at Stripe. */
export interface PaymentFacts {
  intentId: string;
  amountCents: number;
  /** The part of it that is tax. */
  taxCents: number;
  currency: string;
  /** As our own metadata has it; undefined for a payment that nobody here has asked for. */
  accountId?: string;
  customerId?: string;
  chargeId?: string;
  cardBrand?: string;
  cardLast4?: string;
  paidAt: Date;
  /** The card that its holder let us keep with this payment. */
  savedCard?: { paymentMethodId: string; brand: string; last4: string };
  /** The invoice that it pays; looked up where it has no account of its own. */
  invoice?: { id: string; subscriptionId?: string };
  /** The recharge of ours that it answers. */
  rechargeId?: string;
  refunds: RefundFacts[];
  disputes: DisputeFacts[];
}
