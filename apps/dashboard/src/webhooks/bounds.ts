/** Clerk's largest events hold one person with their metadata: a fraction of this. */
export const webhookBodyBytes = 256 * 1024;
