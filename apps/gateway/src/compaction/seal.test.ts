import { describe, expect, it } from '@jest/globals';
import { CompactionSeal } from './seal.js';

describe('CompactionSeal', () => {
  const seal = new CompactionSeal('s'.repeat(32));
  const text = 'Grüße, 世界. '.repeat(100);

  it('gives an account back what was sealed for it, never twice in the same bytes', () => {
    const [one, other] = [seal.seal('acct_1', text), seal.seal('acct_1', text)];
    expect(one).not.toBe(other);
    expect(CompactionSeal.isOurs(one)).toBe(true);
    expect(Buffer.from(one, 'base64url').toString()).not.toContain('Gr\u00fc');
    expect([one, other].map((sealed) => seal.open('acct_1', sealed))).toEqual([text, text]);
  });

  it('opens nothing for another account, with another secret, or that was changed', () => {
    const sealed = seal.seal('acct_1', text);
    expect(seal.open('acct_2', sealed)).toBeUndefined();
    expect(new CompactionSeal('t'.repeat(32)).open('acct_1', sealed)).toBeUndefined();
    for (const at of [5, 20, 40, sealed.length - 2]) {
      const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
      expect(seal.open('acct_1', changed)).toBeUndefined();
    }
    for (const cut of ['', 'mbc1.', 'mbc1.AAAA', sealed.slice(0, -4), `x${sealed}`]) {
      expect(seal.open('acct_1', cut)).toBeUndefined();
    }
  });
});
