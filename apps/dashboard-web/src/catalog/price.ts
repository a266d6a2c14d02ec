import type { PriceTier } from '@modelbridge/dashboard-api';

const TOKENS_PRICED = 1_000n;

/** A price for a token, in pico-USD, as what a million of them cost in nano-USD. */
export function perMillion(picoUsd: string): bigint {
  return BigInt(picoUsd) * TOKENS_PRICED;
}

/** Tokens of one request, each counted in one class. */
export interface TokenCounts {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  /** Reasoning included. */
  readonly output: number;
}

/** What a request costs in nano-USD: the tier of its whole input, rounded up once, as it is charged. */
export function costOf(tiers: readonly PriceTier[], tokens: TokenCounts): bigint {
  const tier = tierFor(tiers, tokens.input + tokens.cacheRead + tokens.cacheWrite);
  if (tier === undefined) return 0n;
  const pico =
    BigInt(tokens.input) * BigInt(tier.input_pico_usd) +
    BigInt(tokens.cacheRead) * BigInt(tier.cache_read_pico_usd) +
    BigInt(tokens.cacheWrite) * BigInt(tier.cache_write_5m_pico_usd) +
    BigInt(tokens.output) * BigInt(tier.output_pico_usd);
  return (pico + 999n) / 1_000n;
}

function tierFor(tiers: readonly PriceTier[], inputTokens: number): PriceTier | undefined {
  return tiers.findLast(({ above_input_tokens: above }) => above === 0 || inputTokens > above);
}
