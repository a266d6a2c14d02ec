import { describe, expect, it } from '@jest/globals';
import { effectOf, earliestPlan } from './policy-version.js';

describe('a material change', () => {
  it.each([
    ['its plan, where the last mail was early', '2026-05-30', '2026-05-02', '2026-05-30'],
    ['14 days after the last mail, where that was late', '2026-05-15', '2026-05-03', '2026-05-17'],
  ])('takes effect at %s', (_, planned, lastMail, effective) => {
    expect(effectOf(new Date(planned), new Date(lastMail))).toEqual(new Date(effective));
  });

  it('is planned 17 days ahead: 3 for the mails, 14 for people', () => {
    expect(earliestPlan(true, new Date('2026-05-01'))).toEqual(new Date('2026-05-18'));
    expect(earliestPlan(false, new Date('2026-05-01'))).toEqual(new Date('2026-05-01'));
  });
});
