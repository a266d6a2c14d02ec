import { describe, expect, it } from '@jest/globals';
import { KeyChecks } from './key-checks.js';

describe('KeyChecks', () => {
  it('slows an address down that tries bad keys, and leaves room to others', () => {
    const checks = new KeyChecks({ maxKeyChecks: 20, badKeyMs: 1_000 });
    for (let tried = 0; tried < 10; tried += 1) {
      expect(checks.begin('one', tried)).toBeUndefined();
      checks.end('one', true, tried);
    }
    expect(checks.begin('one', 999)).toBe('address');
    expect(checks.begin('two', 999)).toBeUndefined();
    expect(checks.begin('one', 1_001)).toBeUndefined();
  });

  it('gives a place back at once where the key is good', () => {
    const checks = new KeyChecks({ maxKeyChecks: 4, badKeyMs: 1_000 });
    for (let tried = 0; tried < 50; tried += 1) {
      expect(checks.begin('one', 0)).toBeUndefined();
      checks.end('one', false, 0);
    }
  });
});
