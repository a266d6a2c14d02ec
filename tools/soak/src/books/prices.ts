import type { TokenCounts } from '@modelbridge/contracts';

/**
 * USD per million tokens in thousandths, as the vendors publish them, below the tiers for long prompts: the oracle
 * is not the catalog that is tested.
 */
const listPrices: Record<string, Record<keyof Omit<TokenCounts, 'reasoningTokens'>, bigint>> = {
  'gpt-5.4': {
    inputTokens: 2_500n,
    cacheReadTokens: 250n,
    cacheWrite5mTokens: 2_500n,
    cacheWrite1hTokens: 2_500n,
    outputTokens: 15_000n,
  },
  'kimi-k2.5': {
    inputTokens: 600n,
    cacheReadTokens: 100n,
    cacheWrite5mTokens: 600n,
    cacheWrite1hTokens: 600n,
    outputTokens: 3_000n,
  },
  'claude-sonnet-4-6': {
    inputTokens: 3_000n,
    cacheReadTokens: 300n,
    cacheWrite5mTokens: 3_750n,
    cacheWrite1hTokens: 6_000n,
    outputTokens: 15_000n,
  },
};

export const models = Object.keys(listPrices);

/** In nano-USD: a thousandth of a USD per million tokens is one nano-USD per token. */
export function listPriceOf(model: string, tokens: TokenCounts): bigint {
  const prices = listPrices[model];
  if (prices === undefined) throw new RangeError(`no list price for ${model}`);
  return Object.entries(prices).reduce(
    (sum, [tokenClass, price]) => sum + BigInt(tokens[tokenClass as keyof TokenCounts]) * price,
    0n,
  );
}
