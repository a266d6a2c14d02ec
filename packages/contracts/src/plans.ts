/** Every plan that a billing account can have; the empty one has no rate limits. */
export const planNames = ['', 'free', 'starter', 'pro', 'scale'] as const;
export type PlanName = (typeof planNames)[number];
