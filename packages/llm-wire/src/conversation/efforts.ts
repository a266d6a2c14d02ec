import type { Effort } from './request.js';

/** The least first. */
const EFFORTS: readonly Effort[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'];

/** Anthropic calls its highest effort `max`. */
export function effortOf(value: string): Effort | undefined {
  if (value === 'max') return 'xhigh';
  return EFFORTS.find((effort) => effort === value);
}

/** The least of the `known` efforts that is no less than `wanted`, or the greatest of them. */
export function fittingEffort(wanted: Effort, known: readonly Effort[]): Effort {
  const least = EFFORTS.indexOf(wanted);
  return known.find((effort) => EFFORTS.indexOf(effort) >= least) ?? known.at(-1) ?? wanted;
}

/** Thinking budgets in tokens, after those that other gateways give the same words. */
const BUDGETS: ReadonlyArray<readonly [Effort, number]> = [
  ['minimal', 1_024],
  ['low', 2_048],
  ['medium', 8_192],
  ['high', 16_384],
  ['xhigh', 32_768],
];

export function budgetOf(effort: Effort): number {
  return BUDGETS.find(([name]) => name === effort)?.[1] ?? 0;
}

/** The least effort whose budget covers `tokens`. */
export function effortOfBudget(tokens: number): Effort {
  return BUDGETS.find(([, budget]) => tokens <= budget)?.[0] ?? 'xhigh';
}
