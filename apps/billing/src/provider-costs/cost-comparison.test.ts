import { describe, expect, it } from '@jest/globals';
import { compareCosts, isDifference, type UsedTokens } from './cost-comparison.js';
import type { BillLine } from './provider-bill.js';

const usd = 1_000_000_000n;
const place = { provider: 'openai', day: '2026-11-01', model: 'gpt-5' };
const tokens = {
  inputTokens: 1_000_000n,
  cacheReadTokens: 50_000n,
  cacheWrite5mTokens: 0n,
  cacheWrite1hTokens: 0n,
  outputTokens: 200_000n,
};
const used: UsedTokens = {
  ...place,
  ...tokens,
  requests: 10n,
  listCostNanoUsd: 100n * usd,
  overrunNanoUsd: 0n,
};
const billed: BillLine = { ...place, ...tokens, costNanoUsd: 100n * usd };
const days = [place];

const stateOf = (usage: UsedTokens[], lines: BillLine[], billedDays = days) => {
  const compared = compareCosts(usage, { lines, days: billedDays }, 2);
  return compared.map((one) => [one.state, isDifference(one), one.differences.length]);
};

describe("a provider's bill", () => {
  it.each<[string, Partial<BillLine>, [string, boolean, number]]>([
    ['the list price', {}, ['agrees', false, 0]],
    ['2 % more', { costNanoUsd: 102n * usd }, ['agrees', false, 0]],
    ['above the tolerance', { costNanoUsd: 103n * usd }, ['differs', true, 1]],
    ['below it', { costNanoUsd: 97n * usd }, ['differs', true, 1]],
    ['other tokens', { cacheReadTokens: 60_000n }, ['differs', true, 1]],
    ['tokens that it does not tell', { cacheReadTokens: null }, ['agrees', false, 0]],
    ['few tokens that were not used', { cacheWrite5mTokens: 1_000n }, ['agrees', false, 0]],
    ['both wrong', { costNanoUsd: 0n, inputTokens: 0n }, ['differs', true, 2]],
  ])('with %s', (_, change, expected) => {
    expect(stateOf([used], [{ ...billed, ...change }])).toEqual([expected]);
  });

  it('is compared where it is there, and one that lacks a model tells it', () => {
    const other = { ...billed, model: 'gpt-6' };
    expect(stateOf([used], [], [])).toEqual([['no_bill', false, 0]]);
    expect(stateOf([used], [other])).toEqual([
      ['not_billed', true, 1],
      ['not_used', true, 1],
    ]);
    expect(stateOf([{ ...used, listCostNanoUsd: 0n }], [])).toEqual([['agrees', false, 0]]);
  });

  it('of a cent more is no difference, however little was used', () => {
    const little = { ...used, listCostNanoUsd: 1_000n };
    const cent = { ...billed, costNanoUsd: 10_001_000n };
    expect(stateOf([little], [cent])).toEqual([['agrees', false, 0]]);
    expect(stateOf([little], [{ ...cent, costNanoUsd: 10_001_001n }])).toEqual([
      ['differs', true, 1],
    ]);
  });
});
