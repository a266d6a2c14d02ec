import { returnOf } from './ask.js';
import type { Ask, BillingSteps, Spender, StepAnswer } from './billing-steps.js';
import { firstStep, Lease } from './lease.js';

export interface LeaseParts {
  billing: BillingSteps;
  newAllowanceId: () => string;
  /** Milliseconds of a monotonic clock. */
  now: () => number;
}

/** What a key's leases go through at billing: each step has its number, so that one that comes twice counts once. */
export class LeaseSteps {
  constructor(private readonly parts: LeaseParts) {}

  /** The lease, where one was granted. Rejects where the outcome is not known. */
  async grant(spender: Spender, ask: Ask): Promise<{ answer: StepAnswer; lease?: Lease }> {
    const { accountId } = spender;
    const allowanceId = this.parts.newAllowanceId();
    const sentAt = this.parts.now();
    try {
      const answer = await this.parts.billing.grant(spender, allowanceId, ask);
      if (answer.kind !== 'granted') return { answer };
      const now = this.parts.now();
      return { answer, lease: new Lease(allowanceId, accountId, answer.terms, sentAt, now) };
    } catch (error) {
      // It may have been granted: a close releases it, or keeps a late grant from taking effect.
      const closing = { allowanceId, accountId, spent: 0n, unused: [] };
      void this.parts.billing.close(closing, firstStep + 1);
      throw error;
    }
  }

  /** Rejects where the outcome is not known. */
  async renew(lease: Lease, spender: Spender, ask: Ask): Promise<StepAnswer> {
    const sentAt = this.parts.now();
    const answer = await this.send(lease, spender, ask);
    if (answer.kind === 'granted') lease.renewed(answer.terms, sentAt, this.parts.now());
    return answer;
  }

  /** What nobody will use of a lease that only ends. Its close gives back the same, only later, should this be lost. */
  giveBack(lease: Lease, spender: Spender): void {
    this.send(lease, spender, returnOf(lease)).catch(() => undefined);
  }

  /** Resolves when billing knows. */
  end(lease: Lease): Promise<void> {
    const { allowanceId, accountId, spent } = lease;
    const unused = lease.rate?.unused(this.parts.now()) ?? [];
    return this.parts.billing.close({ allowanceId, accountId, spent, unused }, lease.nextStep());
  }

  private send(lease: Lease, { rateLimits }: Spender, ask: Ask): Promise<StepAnswer> {
    const { allowanceId, accountId, spent } = lease;
    const step = lease.nextStep();
    return this.parts.billing.renew({ allowanceId, accountId, spent, rateLimits }, step, ask);
  }
}
