import { readFlags } from '../arguments.js';
import { opsCommand } from '../ops-command.js';
import { translating } from '../ops-error.js';

export const stripeEventList = opsCommand({
  usage: 'stripe-event list',
  summary: 'Lists events of Stripe that have not had their effect yet, the oldest first.',
  options: [],
  prints:
    '{events: [{eventId, type, objectId, createdAt, attempts, lastError}]}; none is as it should be.',
  uses: ['billing'],
  async run(args, services) {
    readFlags(args, { required: [], optional: [] });
    const { billing } = await services();
    const { events } = await translating(billing.listPendingStripeEvents({}), {});
    return {
      events: events.map(({ createdAt, lastError, ...event }) => ({
        ...event,
        createdAt: createdAt?.toISOString() ?? null,
        lastError: lastError || null,
      })),
    };
  },
});
