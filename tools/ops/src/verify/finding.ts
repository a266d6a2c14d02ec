/** What one invariant was found to be over live data. */
export interface Finding {
  invariant: string;
  checked: bigint;
  violations: bigint;
  /** What is wrong, of some of the violations. */
  examples: string[];
}

const promises: Record<string, string> = {
  I1: 'used + held stay within every cap, and held is what allowances hold',
  I2: 'a request is charged at most once',
  I3: 'every allowance is settled + released + open',
  I4: 'debits equal credits',
  I5: 'no usage is missing, put aside or stuck, and its costs equal its charges',
  I6: 'every audit log is as it was written',
  I7: 'what is booked of payments is what moved at Stripe',
  I8: 'content that is over has no key and no rows, and every receipt is as it was signed',
};

/** The invariants that a run must report on. */
export const invariants = Object.keys(promises);

/** One line: `I1 ok: 42 checked, 0 violations (...)`. */
export function findingLine({ invariant, checked, violations }: Finding): string {
  const verdict = violations === 0n ? 'ok' : 'VIOLATED';
  return `${invariant} ${verdict}: ${checked} checked, ${violations} violations (${promises[invariant] ?? ''})`;
}
