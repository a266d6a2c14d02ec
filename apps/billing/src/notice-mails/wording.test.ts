import { describe, expect, it } from '@jest/globals';
import { cardName, dollars } from './wording.js';

describe('an amount for people', () => {
  it.each([
    ['25000000000', '25.00 USD'],
    ['4999999999', '4.99 USD'],
    ['-4999999999', '-4.99 USD'],
    ['1234567890000000', '1,234,567.89 USD'],
    ['1500000', '0.0015 USD'],
    ['0', '0.00 USD'],
  ])('%s nano-USD are %s', (nanoUsd, words) => {
    expect(dollars(nanoUsd)).toBe(words);
  });
});

describe('a card', () => {
  it.each([
    ['visa', '4242', 'Visa ending in 4242'],
    ['amex', '0005', 'American Express ending in 0005'],
    ['eftpos_au', '1234', 'Eftpos au ending in 1234'],
    [null, null, undefined],
  ])('%s %s is %s', (brand, last4, name) => {
    expect(cardName(brand, last4)).toBe(name);
  });
});
