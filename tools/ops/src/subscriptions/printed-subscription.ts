import type { Subscription } from '@modelbridge/contracts/billing.v1';

export function printedSubscription(accountId: string, answer: Subscription | undefined): object {
  if (answer === undefined) throw new Error('billing answered without a subscription');
  const { startsAt, endsAt, ...rest } = answer;
  return {
    accountId,
    ...rest,
    startsAt: startsAt?.toISOString() ?? null,
    endsAt: endsAt?.toISOString() ?? null,
  };
}
