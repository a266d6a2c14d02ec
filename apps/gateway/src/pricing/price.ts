import { totalInput, type TokenCounts } from '@modelbridge/contracts';

/** Prices of one tier in integer pico-USD per token. */
export interface PriceTier {
  /** The tier holds for all tokens of a request whose whole input, cached tokens included, is above this. */
  aboveInputTokens: number;
  inputPicoUsd: bigint;
  cacheReadPicoUsd: bigint;
  cacheWrite5mPicoUsd: bigint;
  cacheWrite1hPicoUsd: bigint;
  outputPicoUsd: bigint;
}

/** A model's prices at one version; tiers sorted by `aboveInputTokens`, the base tier (0) first. */
export interface ModelPrice {
  version: string;
  tiers: readonly PriceTier[];
}

/** Of what costs nothing. */
export const free: ModelPrice = { version: 'free', tiers: [] };

/** What no request can exceed. */
export interface TokenBound {
  inputTokens: number;
  outputTokens: number;
  /** Whether any of the input may be billed as a cache write. */
  mayWriteCache: boolean;
}

const picoPerNano = 1_000n;

/** The cost in nano-USD of a request, rounded up once. */
export function costOf(tiers: readonly PriceTier[], tokens: TokenCounts): bigint {
  if (tiers.length === 0) return 0n;
  const tier = tierFor(tiers, totalInput(tokens));
  return roundUp(
    times(tokens.inputTokens, tier.inputPicoUsd) +
      times(tokens.cacheReadTokens, tier.cacheReadPicoUsd) +
      times(tokens.cacheWrite5mTokens, tier.cacheWrite5mPicoUsd) +
      times(tokens.cacheWrite1hTokens, tier.cacheWrite1hPicoUsd) +
      times(tokens.outputTokens, tier.outputPicoUsd),
  );
}

/** The most in nano-USD that a request within the bound can cost, whatever classes and tier it ends in. */
export function worstCaseOf(tiers: readonly PriceTier[], bound: TokenBound): bigint {
  let worst = 0n;
  for (const tier of tiers) {
    if (tier.aboveInputTokens > 0 && bound.inputTokens <= tier.aboveInputTokens) break;
    const cost =
      times(bound.inputTokens, dearestInput(tier, bound.mayWriteCache)) +
      times(bound.outputTokens, tier.outputPicoUsd);
    if (cost > worst) worst = cost;
  }
  return roundUp(worst);
}

/** How many output tokens an amount covers beside the bounded input. Negative when not even that is covered. */
export function outputCovered(
  tiers: readonly PriceTier[],
  bound: Omit<TokenBound, 'outputTokens'>,
  amountNanoUsd: bigint,
): number {
  let covered = Number.MAX_SAFE_INTEGER;
  for (const tier of tiers) {
    if (tier.aboveInputTokens > 0 && bound.inputTokens <= tier.aboveInputTokens) break;
    const left =
      amountNanoUsd * picoPerNano -
      times(bound.inputTokens, dearestInput(tier, bound.mayWriteCache));
    if (left < 0n) return -1;
    if (tier.outputPicoUsd > 0n) covered = Math.min(covered, Number(left / tier.outputPicoUsd));
  }
  return covered;
}

/** The tier whose prices hold for a request with this much input. */
export function tierFor(tiers: readonly PriceTier[], inputTokens: number): PriceTier {
  let found = tiers[0];
  if (found === undefined) throw new RangeError('a price without tiers');
  for (const tier of tiers) {
    if (tier.aboveInputTokens > 0 && inputTokens > tier.aboveInputTokens) found = tier;
  }
  return found;
}

function dearestInput(tier: PriceTier, mayWriteCache: boolean): bigint {
  const read = max(tier.inputPicoUsd, tier.cacheReadPicoUsd);
  return mayWriteCache ? max(read, max(tier.cacheWrite5mPicoUsd, tier.cacheWrite1hPicoUsd)) : read;
}

function times(tokens: number, picoUsd: bigint): bigint {
  return tokens === 0 ? 0n : BigInt(tokens) * picoUsd;
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function roundUp(picoUsd: bigint): bigint {
  return (picoUsd + picoPerNano - 1n) / picoPerNano;
}
