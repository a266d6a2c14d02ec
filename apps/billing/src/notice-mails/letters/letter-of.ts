import type { Letter } from '@modelbridge/mail';
import type { FactsByKind, Notice, NoticeKind } from '../../notices/notice.js';
import {
  balanceExhausted,
  balanceLow,
  limitReached100,
  limitReached80,
  planChanged,
} from './balance-letters.js';
import type { LetterContext } from './context.js';
import {
  autoRechargeFailed,
  disputeClosed,
  disputeOpened,
  paymentFailed,
  paymentReceived,
  paymentRefunded,
} from './payment-letters.js';

const letters: {
  [Kind in NoticeKind]: (facts: FactsByKind[Kind], context: LetterContext) => Letter;
} = {
  payment_received: paymentReceived,
  payment_refunded: paymentRefunded,
  payment_failed: paymentFailed,
  dispute_opened: disputeOpened,
  dispute_closed: disputeClosed,
  balance_low: balanceLow,
  balance_exhausted: balanceExhausted,
  limit_reached_80: limitReached80,
  limit_reached_100: limitReached100,
  plan_changed: planChanged,
  auto_recharge_failed: autoRechargeFailed,
};

export function letterOf(
  { kind, facts }: Pick<Notice, 'kind' | 'facts'>,
  context: LetterContext,
): Letter {
  return (letters[kind] as (facts: unknown, context: LetterContext) => Letter)(facts, context);
}
