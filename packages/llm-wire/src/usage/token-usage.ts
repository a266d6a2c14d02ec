import { totalInput, type TokenCounts } from '@modelbridge/contracts';

/** What an upstream has reported so far: a class that it never named is absent, not 0. */
export type ReportedUsage = Partial<TokenCounts>;

/** Bytes of text behind one token where nothing better is known: English prose has about four. */
const BYTES_PER_TOKEN = 4;

export function estimateTokens(textBytes: number): number {
  return Math.ceil(Math.max(0, textBytes) / BYTES_PER_TOKEN);
}

/**
 * Fills what the upstream did not report from our own counts. `final` says that the report covers
 * all that was delivered; if not, the output is at least what we counted.
 */
export function completeUsage(
  given: ReportedUsage | undefined,
  own: { final: boolean; inputTokens: number; outputTokens: number },
): { usage: TokenCounts; estimated: boolean } {
  const reported = own.outputTokens > 0 ? withoutLostCounts(given) : given;
  const outputTokens =
    own.final && reported?.outputTokens !== undefined
      ? reported.outputTokens
      : Math.max(reported?.outputTokens ?? 0, own.outputTokens);
  const usage: TokenCounts = {
    inputTokens: reported?.inputTokens ?? own.inputTokens,
    cacheReadTokens: reported?.cacheReadTokens ?? 0,
    cacheWrite5mTokens: reported?.cacheWrite5mTokens ?? 0,
    cacheWrite1hTokens: reported?.cacheWrite1hTokens ?? 0,
    outputTokens,
    reasoningTokens: Math.min(reported?.reasoningTokens ?? 0, outputTokens),
  };
  const complete = reported?.inputTokens !== undefined && reported.outputTokens !== undefined;
  return { usage, estimated: !(own.final && complete) };
}

/** Where output was delivered, no output and no input at all are counts that the upstream lost. */
function withoutLostCounts(reported: ReportedUsage | undefined): ReportedUsage | undefined {
  if (reported === undefined) return undefined;
  const { outputTokens, ...input } = reported;
  const kept: ReportedUsage = totalInput(input) > 0 ? input : {};
  return outputTokens ? { ...kept, outputTokens } : kept;
}
