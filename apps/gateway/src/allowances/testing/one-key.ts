import type { Admission, Hold } from '../admission.js';
import { KeyAllowance } from '../key-allowance.js';
import type { Budget } from './budget.js';

const spender = {
  accountId: 'account',
  userId: 'user',
  keyId: 'key',
  teamId: null,
  rateLimits: undefined,
};

/** One key at one gateway, with a clock of its own. */
export class Gateway {
  now = 0;
  private ids = 0;
  readonly key: KeyAllowance;

  constructor(readonly budget: Budget) {
    this.key = new KeyAllowance(spender, {
      billing: budget,
      newAllowanceId: () => `allowance-${(this.ids += 1)}`,
      now: () => this.now,
    });
  }

  admit(worstCase: bigint, minimum = worstCase, waitedMs?: number): Admission | Promise<Admission> {
    const need = { worstCaseNanoUsd: worstCase, minimumNanoUsd: minimum, tokens: 100 };
    return this.key.admit(need, waitedMs);
  }

  async hold(worstCase: bigint, minimum = worstCase): Promise<Hold> {
    const admission = await this.admit(worstCase, minimum);
    if ('refused' in admission) throw new Error(`refused: ${admission.refused.reason}`);
    return admission.hold;
  }

  async reason(worstCase: bigint, minimum = worstCase): Promise<string> {
    const admission = await this.admit(worstCase, minimum);
    return 'refused' in admission ? admission.refused.reason : 'admitted';
  }
}

export function calls(budget: Budget, step: string): number {
  return budget.calls.filter((call) => call.step === step).length;
}

/** Lets every answer that is under way arrive. */
export async function settleMicrotasks(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}
