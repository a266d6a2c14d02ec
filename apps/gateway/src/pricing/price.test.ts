import { describe, expect, it } from '@jest/globals';
import type { TokenCounts } from '@modelbridge/contracts';
import fc from 'fast-check';
import { costOf, outputCovered, worstCaseOf, type PriceTier, type TokenBound } from './price.js';

const picoUsd = fc.bigInt({ min: 0n, max: 100_000_000n });
const prices = fc.record({
  inputPicoUsd: picoUsd,
  cacheReadPicoUsd: picoUsd,
  cacheWrite5mPicoUsd: picoUsd,
  cacheWrite1hPicoUsd: picoUsd,
  outputPicoUsd: picoUsd,
});
/** As routing accepts them: no two tiers begin at the same input. */
const upperTiers = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 400_000 }), prices), {
  maxLength: 2,
  selector: ([aboveInputTokens]) => aboveInputTokens,
});
const tiersArbitrary: fc.Arbitrary<PriceTier[]> = fc
  .tuple(prices, upperTiers)
  .map(([base, upper]) => [
    { aboveInputTokens: 0, ...base },
    ...upper
      .sort((a, b) => a[0] - b[0])
      .map(([aboveInputTokens, tier]) => ({ aboveInputTokens, ...tier })),
  ]);
const count = fc.integer({ min: 0, max: 500_000 });
const countsArbitrary: fc.Arbitrary<TokenCounts> = fc.record({
  inputTokens: count,
  cacheReadTokens: count,
  cacheWrite5mTokens: count,
  cacheWrite1hTokens: count,
  outputTokens: count,
  reasoningTokens: count,
});

/** Exact rational arithmetic over USD as numerator / denominator, written from the price table's words. */
function oracleNanoUsd(tiers: PriceTier[], t: TokenCounts): bigint {
  const input = [t.inputTokens, t.cacheReadTokens, t.cacheWrite5mTokens, t.cacheWrite1hTokens];
  const whole = input.reduce((a, b) => a + b, 0);
  const [tier] = tiers
    .filter((x, i) => i === 0 || whole > x.aboveInputTokens)
    .sort((a, b) => b.aboveInputTokens - a.aboveInputTokens);
  const rates = [
    tier!.inputPicoUsd,
    tier!.cacheReadPicoUsd,
    tier!.cacheWrite5mPicoUsd,
    tier!.cacheWrite1hPicoUsd,
    tier!.outputPicoUsd,
  ];
  let numerator = 0n;
  const denominator = 1_000_000_000_000n;
  [...input, t.outputTokens].forEach((tokens, i) => (numerator += BigInt(tokens) * rates[i]!));
  const scaled = numerator * 1_000_000_000n;
  return scaled % denominator === 0n ? scaled / denominator : scaled / denominator + 1n;
}

function withinBound(counts: TokenCounts, bound: TokenBound): boolean {
  const input =
    counts.inputTokens +
    counts.cacheReadTokens +
    counts.cacheWrite5mTokens +
    counts.cacheWrite1hTokens;
  return input <= bound.inputTokens && counts.outputTokens <= bound.outputTokens;
}

describe('costOf', () => {
  it('agrees with exact rational arithmetic for any prices, tiers and counts', () => {
    fc.assert(
      fc.property(tiersArbitrary, countsArbitrary, (tiers, counts) => {
        expect(costOf(tiers, counts)).toBe(oracleNanoUsd(tiers, counts));
      }),
      { numRuns: 2_000 },
    );
  });

  it('never costs zero for a priced token', () => {
    const tier = {
      aboveInputTokens: 0,
      inputPicoUsd: 1n,
      cacheReadPicoUsd: 1n,
      cacheWrite5mPicoUsd: 1n,
      cacheWrite1hPicoUsd: 1n,
      outputPicoUsd: 1n,
    };
    const none = {
      inputTokens: 0,
      cacheReadTokens: 0,
      cacheWrite5mTokens: 0,
      cacheWrite1hTokens: 0,
      outputTokens: 0,
      reasoningTokens: 0,
    };
    expect(costOf([tier], { ...none, cacheReadTokens: 1 })).toBe(1n);
    expect(costOf([tier], none)).toBe(0n);
  });

  it('prices all tokens of a request at the tier that its whole input reaches', () => {
    const base = {
      aboveInputTokens: 0,
      inputPicoUsd: 2_500_000n,
      cacheReadPicoUsd: 250_000n,
      cacheWrite5mPicoUsd: 0n,
      cacheWrite1hPicoUsd: 0n,
      outputPicoUsd: 15_000_000n,
    };
    const long = { ...base, aboveInputTokens: 272_000, inputPicoUsd: 5_000_000n };
    const counts = {
      inputTokens: 200_000,
      cacheReadTokens: 72_000,
      cacheWrite5mTokens: 0,
      cacheWrite1hTokens: 0,
      outputTokens: 0,
      reasoningTokens: 0,
    };
    expect(costOf([base, long], counts)).toBe(518_000_000n);
    expect(costOf([base, long], { ...counts, cacheReadTokens: 72_001 })).toBe(1_018_000_250n);
  });
});

describe('worstCaseOf', () => {
  const boundArbitrary = fc.record({
    inputTokens: count,
    outputTokens: count,
    mayWriteCache: fc.constant(true),
  });

  it('is never below the cost of any request within the bound', () => {
    fc.assert(
      fc.property(tiersArbitrary, countsArbitrary, boundArbitrary, (tiers, counts, bound) => {
        fc.pre(withinBound(counts, bound));
        expect(worstCaseOf(tiers, bound) >= costOf(tiers, counts)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('holds cache writes only where the request can produce them', () => {
    const tier = {
      aboveInputTokens: 0,
      inputPicoUsd: 5_000_000n,
      cacheReadPicoUsd: 500_000n,
      cacheWrite5mPicoUsd: 6_250_000n,
      cacheWrite1hPicoUsd: 10_000_000n,
      outputPicoUsd: 25_000_000n,
    };
    const bound = { inputTokens: 1_000, outputTokens: 0 };
    expect(worstCaseOf([tier], { ...bound, mayWriteCache: false })).toBe(5_000_000n);
    expect(worstCaseOf([tier], { ...bound, mayWriteCache: true })).toBe(10_000_000n);
  });
});

describe('outputCovered', () => {
  it('is the largest output whose worst case stays within the amount', () => {
    fc.assert(
      fc.property(
        tiersArbitrary,
        count,
        fc.bigInt({ min: 0n, max: 10_000_000_000n }),
        (tiers, inputTokens, amount) => {
          const bound = { inputTokens, mayWriteCache: true };
          const covered = outputCovered(tiers, bound, amount);
          fc.pre(covered < Number.MAX_SAFE_INTEGER);
          if (covered >= 0) {
            expect(worstCaseOf(tiers, { ...bound, outputTokens: covered }) <= amount).toBe(true);
          }
          expect(worstCaseOf(tiers, { ...bound, outputTokens: covered + 1 }) > amount).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
