/** Clerk's largest events hold one person with their metadata, Stripe's an invoice: fractions of this. */
export const webhookBodyBytes = 256 * 1024;
