/** What a notice says: ids and numbers alone. Amounts are integer nano-USD in decimal, times ISO 8601. */

export const noticeKinds = [
  'payment_received',
  'payment_refunded',
  'payment_failed',
  'dispute_opened',
  'dispute_closed',
  'balance_low',
  'balance_exhausted',
  'limit_reached_80',
  'limit_reached_100',
  'plan_changed',
  'auto_recharge_failed',
] as const;
export type NoticeKind = (typeof noticeKinds)[number];

interface AmountFacts {
  amount_nano_usd: string;
}

interface PaymentFacts extends AmountFacts {
  payment_intent_id: string;
  /** It paid for a plan, and is in no balance. */
  paid_for?: 'plan';
}

interface DisputeFacts extends PaymentFacts {
  dispute_id: string;
}

export interface LimitFacts {
  scope: 'account' | 'member' | 'key';
  /** The account, user or key that the limit is on. */
  scope_id: string;
  /** A total of an account is its credit line. */
  period: 'total' | 'month' | 'week' | 'day';
  /** First day, `YYYY-MM-DD`. */
  period_start: string;
  limit_nano_usd: string;
  used_nano_usd: string;
}

export interface FactsByKind {
  /** The part of it that is tax, where it has any. */
  payment_received: PaymentFacts & { tax_nano_usd?: string };
  payment_refunded: PaymentFacts & { refund_id: string };
  /** Stripe's code of why; the plan that it was to pay for, where it was for one. */
  payment_failed: AmountFacts & { reason: string; plan?: string };
  dispute_opened: DisputeFacts;
  dispute_closed: DisputeFacts & { outcome: 'won' | 'lost' };
  balance_low: { balance_nano_usd: string; threshold_nano_usd: string };
  balance_exhausted: { balance_nano_usd: string };
  limit_reached_80: LimitFacts;
  limit_reached_100: LimitFacts;
  /** Empty for no plan. */
  plan_changed: { from_plan: string; to_plan: string; effective_at: string };
  /** Stripe's code of why. */
  auto_recharge_failed: AmountFacts & { reason: string };
}

interface Identified<Kind extends NoticeKind> {
  /** A UUID. */
  accountId: string;
  kind: Kind;
  facts: FactsByKind[Kind];
}

/** Something to be told. */
export type NewNotice = {
  [Kind in NoticeKind]: Identified<Kind> & {
    /** What is told of, such as the id of a payment: it is told once however often it is added. */
    cause: string;
  };
}[NoticeKind];

/** What was added. */
export type Notice = {
  [Kind in NoticeKind]: Identified<Kind> & { id: string; createdAt: Date };
}[NoticeKind];

/** The user (a UUID) whose limit it is, and who is told beside the owner. */
export function memberOf(notice: NewNotice): string | undefined {
  const isLimit = notice.kind === 'limit_reached_80' || notice.kind === 'limit_reached_100';
  return isLimit && notice.facts.scope === 'member' ? notice.facts.scope_id : undefined;
}
