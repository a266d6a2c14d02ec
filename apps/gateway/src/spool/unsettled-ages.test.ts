import { describe, expect, it } from '@jest/globals';
import { UnsettledAges } from './unsettled-ages.js';

describe('the age of what is not settled', () => {
  it('is that of its oldest record, to a second', () => {
    const ages = new UnsettledAges();
    for (let sequence = 1; sequence <= 100; sequence++) ages.closed(sequence, sequence * 100);
    expect(ages.oldestMs(20_000)).toBe(19_900);
    ages.settled(55, 100);
    expect(ages.oldestMs(20_000)).toBeGreaterThanOrEqual(20_000 - 5_600);
    expect(ages.oldestMs(20_000)).toBeLessThan(20_000 - 5_600 + 1_000);
    ages.settled(100, 100);
    expect(ages.oldestMs(20_000)).toBe(0);
  });

  it('is never too small, however long nothing is settled', () => {
    const ages = new UnsettledAges();
    const second = 1_000;
    for (let sequence = 1; sequence <= 100_000; sequence++)
      ages.closed(sequence, sequence * second);
    const now = 200_000 * second;
    for (const settled of [0, 10, 50_000, 99_990]) {
      ages.settled(settled, 100_000);
      expect(ages.oldestMs(now)).toBeGreaterThanOrEqual(now - (settled + 1) * second);
      expect(ages.oldestMs(now)).toBeLessThan(now - (settled - 500) * second);
    }
  });
});
