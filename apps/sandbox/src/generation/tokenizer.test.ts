import { describe, expect, it } from '@jest/globals';
import { prose } from './prose.js';
import { randomFrom } from './hashing.js';
import { tokenize } from './tokenizer.js';

describe('tokenizer', () => {
  it('loses nothing: the tokens joined are the text', () => {
    const text = 'Hällo wörld, 12345678 {"a": [1, 2]}\n\n   indented 日本語 👩‍🚀 done ';
    expect(tokenize(text).join('')).toBe(text);
  });

  it('never splits a surrogate pair', () => {
    for (const token of tokenize('a👩🚀👩 b🚀')) {
      expect(Buffer.from(token).toString()).toBe(token);
    }
  });

  it('counts about four bytes of English a token', () => {
    const text = prose(randomFrom(7), 1000).join('');
    const bytesPerToken = Buffer.byteLength(text) / tokenize(text).length;
    expect(bytesPerToken).toBeGreaterThan(3.5);
    expect(bytesPerToken).toBeLessThan(5.5);
  });

  it('counts generated prose as the tokens that it was made of', () => {
    for (const count of [1, 2, 17, 40, 333]) {
      const tokens = prose(randomFrom(count), count);
      expect(tokens).toHaveLength(count);
      expect(tokenize(tokens.join(''))).toEqual(tokens);
    }
  });
});
