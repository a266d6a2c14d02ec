import { dateIn, type Letter } from '@modelbridge/mail';
import type { FactsByKind } from '../../notices/notice.js';
import { dollars, planName } from '../wording.js';
import type { LetterContext } from './context.js';

function paymentRows(
  facts: { amount_nano_usd: string; payment_intent_id: string },
  { createdAt, timeZone, card }: LetterContext,
): [string, string][] {
  return [
    ['Amount', dollars(facts.amount_nano_usd)],
    ['Date', dateIn(timeZone, createdAt)],
    ...(card === undefined ? [] : [['Card', card] satisfies [string, string]]),
    ['Payment', facts.payment_intent_id],
  ];
}

/** What of it is in no balance. */
function taxRows({ tax_nano_usd: tax }: FactsByKind['payment_received']): [string, string][] {
  return tax === undefined ? [] : [['Tax in it', dollars(tax)]];
}

export function paymentReceived(
  facts: FactsByKind['payment_received'],
  context: LetterContext,
): Letter {
  return {
    subject: `Receipt: ${dollars(facts.amount_nano_usd)}`,
    paragraphs: [
      facts.paid_for === 'plan'
        ? 'Thank you. We have received your payment for your plan.'
        : 'Thank you. We have received your payment, and it is in your account.',
    ],
    rows: [...paymentRows(facts, context), ...taxRows(facts)],
    link: {
      label: facts.paid_for === 'plan' ? 'See your plan' : 'See your balance',
      url: `${context.appUrl}/app/billing`,
    },
  };
}

export function paymentRefunded(
  facts: FactsByKind['payment_refunded'],
  context: LetterContext,
): Letter {
  return {
    subject: `Refund: ${dollars(facts.amount_nano_usd)}`,
    paragraphs: [
      'We have given money back to the card that it was paid with. Banks take 5 to 10 days to show it.',
    ],
    rows: [...paymentRows(facts, context), ['Refund', facts.refund_id]],
  };
}

export function paymentFailed(
  { amount_nano_usd, reason, plan }: FactsByKind['payment_failed'],
  { appUrl }: LetterContext,
): Letter {
  return {
    subject: `A payment of ${dollars(amount_nano_usd)} failed`,
    paragraphs:
      plan === undefined
        ? [
            'A payment could not be taken. Nothing was charged, and your balance is as it was.',
            'Pay again with this card or with another one.',
          ]
        : [
            `Your ${planName(plan)} plan could not be paid for this month. You keep the plan for now; the credit that it includes comes once it is paid.`,
            'The payment is tried again in the next days. If it keeps failing, the plan ends: check the card on the billing page.',
          ],
    rows: [
      ['Amount', dollars(amount_nano_usd)],
      ['Reason', reason],
    ],
    link: {
      label: plan === undefined ? 'Pay again' : 'Check your card',
      url: `${appUrl}/app/billing`,
    },
  };
}

export function autoRechargeFailed(
  { amount_nano_usd, reason }: FactsByKind['auto_recharge_failed'],
  { appUrl }: LetterContext,
): Letter {
  return {
    subject: 'Your automatic recharge failed',
    paragraphs: [
      'Your balance was to be recharged, and your card could not be charged. Requests are refused once the balance is used up.',
      'Check the card, or pay in by yourself.',
    ],
    rows: [
      ['Amount', dollars(amount_nano_usd)],
      ['Reason', reason],
    ],
    link: { label: 'Check your card', url: `${appUrl}/app/billing` },
  };
}

export function disputeOpened(
  facts: FactsByKind['dispute_opened'],
  context: LetterContext,
): Letter {
  return {
    subject: `A payment of ${dollars(facts.amount_nano_usd)} is disputed`,
    paragraphs: [
      'The bank of the card holder disputes a payment to your account. The amount is set apart and the account is frozen until the dispute is decided: requests are refused meanwhile.',
      'If this is a mistake, ask the bank to withdraw the dispute.',
    ],
    rows: [...paymentRows(facts, context), ['Dispute', facts.dispute_id]],
  };
}

export function disputeClosed(
  facts: FactsByKind['dispute_closed'],
  context: LetterContext,
): Letter {
  const amount = dollars(facts.amount_nano_usd);
  return {
    subject: `The dispute over ${amount} is closed`,
    paragraphs: [decision(facts, amount)],
    rows: [...paymentRows(facts, context), ['Dispute', facts.dispute_id]],
  };
}

function decision({ outcome, paid_for }: FactsByKind['dispute_closed'], amount: string): string {
  if (paid_for === 'plan') {
    return outcome === 'won'
      ? 'It was decided that the payment for your plan stands.'
      : `It was decided for the card holder: ${amount} that was paid for your plan went back to them.`;
  }
  return outcome === 'won'
    ? `It was decided that the payment stands: ${amount} are back in your account.`
    : `It was decided for the card holder: ${amount} went back to them. What your balance did not cover is owed until it is paid in, and the account stays frozen until then.`;
}
