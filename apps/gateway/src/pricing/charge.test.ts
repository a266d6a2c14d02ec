import { describe, expect, it } from '@jest/globals';
import { nothingReceived, chargeOf, type ReplyFacts } from './charge.js';

const tiers = [
  {
    aboveInputTokens: 0,
    inputPicoUsd: 1_000_000n,
    cacheReadPicoUsd: 100_000n,
    cacheWrite5mPicoUsd: 1_250_000n,
    cacheWrite1hPicoUsd: 2_000_000n,
    outputPicoUsd: 3_000_000n,
  },
];
const terms = { tiers, reservedNanoUsd: 1_000_000n, estimatedInputTokens: 50 };
const whole: ReplyFacts = {
  received: true,
  usage: {
    inputTokens: 10,
    cacheReadTokens: 100,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
    outputTokens: 20,
    reasoningTokens: 5,
  },
  usageFinal: true,
  estimatedOutputTokens: 999,
};

describe('chargeOf', () => {
  it('charges nothing for a request of which nothing came back', () => {
    expect(chargeOf(nothingReceived, terms)).toMatchObject({ costNanoUsd: 0n, estimated: false });
  });

  it('charges what the upstream reported, and not our count', () => {
    expect(chargeOf(whole, terms)).toEqual({
      counts: whole.usage,
      costNanoUsd: 80_000n,
      estimated: false,
    });
  });

  it('charges reported input and delivered output for a stream that was cut', () => {
    const cut = {
      received: true,
      usage: { inputTokens: 10, outputTokens: 1 },
      usageFinal: false,
      estimatedOutputTokens: 40,
    };
    expect(chargeOf(cut, terms)).toMatchObject({
      counts: { inputTokens: 10, outputTokens: 40 },
      costNanoUsd: 130_000n,
      estimated: true,
    });
  });

  it('charges our own counts where nothing was reported', () => {
    const silent = { ...whole, usage: undefined, usageFinal: false, estimatedOutputTokens: 30 };
    expect(chargeOf(silent, terms)).toMatchObject({
      counts: { inputTokens: 50, outputTokens: 30 },
      costNanoUsd: 140_000n,
      estimated: true,
    });
  });

  it('never charges an estimate above the hold', () => {
    const silent = { ...whole, usage: undefined, usageFinal: false };
    expect(chargeOf(silent, { ...terms, reservedNanoUsd: 60_000n })).toMatchObject({
      costNanoUsd: 60_000n,
      estimated: true,
    });
  });

  it('reports a bill above the hold as a fault and keeps its full amount', () => {
    expect(chargeOf(whole, { ...terms, reservedNanoUsd: 79_999n })).toMatchObject({
      costNanoUsd: 80_000n,
      fault: 'above_hold',
    });
  });

  it('treats tokens that cost nothing as a fault', () => {
    const free = tiers.map((tier) => ({
      ...tier,
      inputPicoUsd: 0n,
      cacheReadPicoUsd: 0n,
      outputPicoUsd: 0n,
    }));
    expect(chargeOf(whole, { ...terms, tiers: free })).toMatchObject({ fault: 'zero_cost' });
  });
});
