import type { Paid } from './use-paid.js';

/** What somebody reads who comes back from Stripe's page. */
export function PaidNote({ state, what }: { state: Paid; what: 'payment' | 'plan' }) {
  if (state === 'no') return null;
  const thing = what === 'payment' ? 'balance' : 'plan';
  return (
    <p role="status" className="rounded-md border border-line bg-accent-soft p-3 text-accent-text">
      {state === 'awaited'
        ? `Thank you. Your ${thing} follows as soon as Stripe tells us, usually within seconds.`
        : `Thank you. If your ${thing} has not changed yet, it will by itself: nothing is paid twice.`}
    </p>
  );
}
