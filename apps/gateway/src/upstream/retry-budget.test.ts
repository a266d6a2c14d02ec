import { describe, expect, it } from '@jest/globals';
import { bounds } from '../bounds.js';
import { RetryBudget } from './retry-budget.js';

function takeAll(budget: RetryBudget, now: number): number {
  let taken = 0;
  while (taken < 100_000 && budget.take(now)) taken++;
  return taken;
}

describe('RetryBudget', () => {
  it('allows a few retries, and a share of the requests', () => {
    const budget = new RetryBudget();
    for (let i = 0; i < 1_000; i++) budget.countRequest(0);
    expect(takeAll(budget, 1)).toBe(bounds.retryFloor + 200);
  });

  it('fills again as time passes', () => {
    const budget = new RetryBudget();
    expect(takeAll(budget, 0)).toBe(bounds.retryFloor);
    expect(budget.take(bounds.retryWindowMs - 1)).toBe(false);
    expect(takeAll(budget, bounds.retryWindowMs + 1)).toBe(bounds.retryFloor / 2);
    expect(takeAll(budget, 5 * bounds.retryWindowMs)).toBe(bounds.retryFloor);
  });
});
