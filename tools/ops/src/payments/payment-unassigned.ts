import { readFlags } from '../arguments.js';
import { opsCommand } from '../ops-command.js';

export const paymentUnassigned = opsCommand({
  usage: 'payment unassigned',
  summary:
    'Shows payments at Stripe of no account here, or of a closed one, that are not given back yet: payment refund does that.',
  options: [],
  prints:
    '{payments: [{paymentIntentId, reason: no_account|other_customer|other_currency|account_closed, currency, amountCents, leftCents, paidAt}]}, the newest first.',
  uses: ['billing'],
  async run(args, services) {
    readFlags(args, { required: [], optional: [] });
    const { billing } = await services();
    const { payments } = await billing.listUnassignedPayments({});
    return {
      payments: payments.map(({ amountCents, leftCents, paidAt, ...payment }) => ({
        ...payment,
        amountCents: Number(amountCents),
        leftCents: Number(leftCents),
        paidAt: paidAt?.toISOString() ?? null,
      })),
    };
  },
});
