import * as z from 'zod/mini';

const sessionId = z.catch(z.optional(z.string()), undefined);

/** With what Stripe's pages send people back: the session that they paid in. */
export const billingSearch = z.object({
  top_up: sessionId,
  plan: sessionId,
});
