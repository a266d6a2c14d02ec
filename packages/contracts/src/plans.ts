/** Every plan that a billing account can have, the smallest first; the empty one is an operator's, without rate limits. */
export const planNames = ['', 'free', 'pro', 'team', 'enterprise'] as const;
export type PlanName = (typeof planNames)[number];
