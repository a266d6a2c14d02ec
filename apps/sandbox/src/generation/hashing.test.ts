import { describe, expect, it } from '@jest/globals';
import { hashOf, isSealed, seal } from './hashing.js';

describe('hashing', () => {
  it('tells texts apart by content and by order', () => {
    expect(hashOf('alpha bravo')).toBe(hashOf('alpha bravo'));
    expect(hashOf('alpha bravo')).not.toBe(hashOf('bravo alpha'));
    expect(Number.isSafeInteger(hashOf('x'.repeat(10_000)))).toBe(true);
  });

  it('recognises what it sealed and nothing that was changed', () => {
    const sealed = seal('a chain of thought');
    expect(isSealed(sealed)).toBe(true);
    expect(isSealed(sealed.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a')))).toBe(false);
    expect(isSealed('gAAAAABforeign')).toBe(false);
  });
});
