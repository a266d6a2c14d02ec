import type { TokenCounts } from '@modelbridge/contracts';
import { costOf, type PriceTier } from './price.js';

const written = new WeakMap<readonly PriceTier[], string>();

/** A price as text, for where it must outlive the catalog that it came from. */
export function freezePrice(tiers: readonly PriceTier[]): string {
  let text = written.get(tiers);
  if (text === undefined) {
    text = JSON.stringify(
      tiers.map((tier) => [
        tier.aboveInputTokens,
        String(tier.inputPicoUsd),
        String(tier.cacheReadPicoUsd),
        String(tier.cacheWrite5mPicoUsd),
        String(tier.cacheWrite1hPicoUsd),
        String(tier.outputPicoUsd),
      ]),
    );
    written.set(tiers, text);
  }
  return text;
}

/** The tiers that `freezePrice` wrote. Throws on anything else. */
export function readFrozenPrice(text: string): PriceTier[] {
  const rows = JSON.parse(text) as [number, string, string, string, string, string][];
  return rows.map(([above, input, read, write5m, write1h, output]) => ({
    aboveInputTokens: above,
    inputPicoUsd: BigInt(input),
    cacheReadPicoUsd: BigInt(read),
    cacheWrite5mPicoUsd: BigInt(write5m),
    cacheWrite1hPicoUsd: BigInt(write1h),
    outputPicoUsd: BigInt(output),
  }));
}

/** Nano-USD of a request at a frozen price. */
export function costAtFrozenPrice(price: string, counts: TokenCounts): bigint {
  return costOf(readFrozenPrice(price), counts);
}
