/** The tokens of one request in disjoint classes; `reasoningTokens` is a part of `outputTokens`. */
export interface TokenCounts {
  inputTokens: number;
  cacheReadTokens: number;
  cacheWrite5mTokens: number;
  cacheWrite1hTokens: number;
  outputTokens: number;
  reasoningTokens: number;
}

/** Input of every class together. */
export function totalInput(counts: TokenCounts): number {
  return (
    counts.inputTokens +
    counts.cacheReadTokens +
    counts.cacheWrite5mTokens +
    counts.cacheWrite1hTokens
  );
}
