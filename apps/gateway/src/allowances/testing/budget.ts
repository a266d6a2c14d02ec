import type { Ask, BillingSteps, Closing, Spender, StepAnswer } from '../billing-steps.js';

type Outcome = 'answer' | 'lose reply' | 'lose request';

interface Allowance {
  amount: bigint;
  closedAt: bigint | undefined;
}

/** One limit, kept as billing keeps it: steps are answered in order, and replies may be lost. */
export class Budget implements BillingSteps {
  readonly allowances = new Map<string, Allowance>();
  readonly calls: { step: 'grant' | 'renew' | 'close'; ask?: Ask }[] = [];
  lifetimeMs = 60_000;
  idleMs = 10_000;
  outcome: Outcome = 'answer';
  /** Set while billing hangs on everything. */
  paused: number | undefined;
  /** Answers wait until it is called. */
  private hold: Promise<void> | undefined;

  constructor(private cap: bigint) {}

  get held(): bigint {
    let held = 0n;
    for (const { amount, closedAt } of this.allowances.values()) held += closedAt ?? amount;
    return held;
  }

  /** Makes answers wait; the function returned lets them go. */
  pause(): () => void {
    let resume = (): void => undefined;
    this.hold = new Promise((resolve) => (resume = resolve));
    return () => {
      this.hold = undefined;
      resume();
    };
  }

  pausedMs(): number | undefined {
    return this.paused;
  }

  grant(_spender: Spender, allowanceId: string, ask: Ask): Promise<StepAnswer> {
    return this.step('grant', ask, () => {
      const amount = this.take(ask);
      if (amount === undefined) return this.refusal(ask);
      this.allowances.set(allowanceId, { amount, closedAt: undefined });
      return this.granted(amount);
    });
  }

  renew({ allowanceId }: { allowanceId: string }, _step: number, ask: Ask): Promise<StepAnswer> {
    return this.step('renew', ask, () => {
      const allowance = this.allowances.get(allowanceId);
      if (allowance === undefined || allowance.closedAt !== undefined) return { kind: 'ended' };
      allowance.amount -= ask.returned;
      const added = this.take(ask);
      if (added === undefined) return this.refusal(ask);
      allowance.amount += added;
      return this.granted(allowance.amount);
    });
  }

  close({ allowanceId, spent }: Closing): Promise<void> {
    this.calls.push({ step: 'close' });
    const allowance = this.allowances.get(allowanceId);
    if (allowance !== undefined) allowance.closedAt ??= spent;
    return Promise.resolve();
  }

  private async step(
    step: 'grant' | 'renew',
    ask: Ask,
    run: () => StepAnswer,
  ): Promise<StepAnswer> {
    this.calls.push({ step, ask });
    await this.hold;
    if (this.outcome === 'lose request') throw new Error('unavailable');
    const answer = run();
    if (this.outcome === 'lose reply') throw new Error('unavailable');
    return answer;
  }

  private take({ wanted, minimum, request }: Ask): bigint | undefined {
    const free = this.cap - this.held;
    if (minimum > free) return undefined;
    const sized = [wanted < free / 8n ? wanted : free / 8n, minimum, request].reduce((a, b) =>
      a > b ? a : b,
    );
    return sized < free ? sized : free;
  }

  private granted(amountNanoUsd: bigint): StepAnswer {
    const { lifetimeMs, idleMs } = this;
    return { kind: 'granted', terms: { amountNanoUsd, lifetimeMs, idleMs, slice: undefined } };
  }

  private refusal({ needed }: Ask): StepAnswer {
    const reason = this.cap < needed ? 'insufficient_quota' : 'in_flight_budget';
    return { kind: 'refused', refusal: { reason, limitSource: 'account.total' } };
  }
}
