import { describe, expect, it } from '@jest/globals';
import { LimitPeriod, LimitScope } from './gen/billing/v1/billing.js';
import { limitPeriodName, limitScopeName } from './limits.js';

describe('names of limits', () => {
  it('knows every scope and period that means something, and no other', () => {
    expect(Object.values(LimitScope).map(limitScopeName)).toEqual([
      undefined,
      'account',
      'member',
      'key',
      undefined,
    ]);
    expect(Object.values(LimitPeriod).map(limitPeriodName)).toEqual([
      undefined,
      'total',
      'month',
      'day',
      'week',
      undefined,
    ]);
  });
});
