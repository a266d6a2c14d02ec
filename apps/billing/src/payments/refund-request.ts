/** asked: Stripe has not answered yet. refused: the money is back in the balance. */
export type RefundRequestState = 'asked' | 'accepted' | 'refused';

/** A refund that an operator has asked for. */
export interface RefundRequest {
  id: string;
  paymentIntentId: string;
  accountId: string | null;
  /** The subscription whose plan was paid; null where none was. */
  subscriptionId: string | null;
  amountCents: number;
  /** The part of it that is tax. */
  taxCents: number;
  state: RefundRequestState;
  /** Why Stripe refuses. */
  refusal: string | null;
}
