import { formatUsd } from '@modelbridge/contracts';
import { RefundState } from '@modelbridge/contracts/billing.v1';
import { invalidArgument, readFlags } from '../arguments.js';
import { opsCommand } from '../ops-command.js';
import { translating } from '../ops-error.js';
import { parseUsd } from '../usd.js';

const states: Partial<Record<RefundState, string>> = {
  [RefundState.ASKED]: 'asked',
  [RefundState.ACCEPTED]: 'accepted',
  [RefundState.REFUSED]: 'refused',
};

export const paymentRefund = opsCommand({
  usage: 'payment refund --payment PI [--usd X] --reference R',
  summary: 'Gives a payment, or a part of it, back to its card, once for each reference.',
  options: [
    ['--payment PI', "Stripe's payment intent (pi_...), as payment list prints it"],
    ['--usd X', 'how much, in whole cents; without it all that is left to give back'],
    ['--reference R', 'what tells this refund from others, such as the number of a ticket'],
  ],
  prints:
    '{paymentIntentId, state: asked|accepted|refused, amountUsd, amountNanoUsd, refusal}; asked: Stripe has not answered yet, and is asked until it has.',
  uses: ['billing'],
  async run(args, services) {
    const flags = readFlags(args, { required: ['payment', 'reference'], optional: ['usd'] });
    const { payment: paymentIntentId = '', reference = '', usd } = flags;
    if (!/^pi_[A-Za-z0-9_]{1,250}$/.test(paymentIntentId)) {
      throw invalidArgument('payment', "--payment must be Stripe's payment intent, pi_...");
    }
    if (!/^[A-Za-z0-9._:/-]{1,100}$/.test(reference)) {
      throw invalidArgument(
        'reference',
        '--reference must be 1 to 100 letters, digits and . _ : / -',
      );
    }
    const amountNanoUsd = usd === undefined ? undefined : parseUsd(usd, 'usd');
    if (amountNanoUsd === 0n) throw invalidArgument('usd', '--usd must be more than 0');
    const { billing } = await services();
    const refund = billing.refundPayment({
      paymentIntentId,
      amountNanoUsd,
      idempotencyKey: `operator:${paymentIntentId}:${reference}`,
    });
    const answer = await translating(refund, {
      payment_intent_id: [
        'payment',
        `there is no payment ${paymentIntentId}, or nothing of it is left to give back`,
      ],
      amount_nano_usd: [
        'usd',
        'this is more than is left of the payment or free of the balance, or no whole number of cents',
      ],
      idempotency_key: [
        'reference',
        `another refund was made under --reference ${reference}: give a new one if this is another`,
      ],
    });
    return {
      paymentIntentId,
      state: states[answer.state] ?? 'unknown',
      amountUsd: formatUsd(answer.amountNanoUsd),
      amountNanoUsd: answer.amountNanoUsd.toString(),
      refusal: answer.refusal || null,
    };
  },
});
