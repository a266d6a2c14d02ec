/** The tokens of one request in disjoint classes; `reasoningTokens` alone is a part of another, the output. */
export interface TokenCounts {
  /** Input that was neither read from nor written to a cache. */
  inputTokens: number;
  cacheReadTokens: number;
  cacheWrite5mTokens: number;
  cacheWrite1hTokens: number;
  outputTokens: number;
  reasoningTokens: number;
}

export const noTokens: Readonly<TokenCounts> = {
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
};

/** Input of every class together; a class that is absent counts as none. */
export function totalInput(counts: Partial<TokenCounts>): number {
  return (
    (counts.inputTokens ?? 0) +
    (counts.cacheReadTokens ?? 0) +
    (counts.cacheWrite5mTokens ?? 0) +
    (counts.cacheWrite1hTokens ?? 0)
  );
}
