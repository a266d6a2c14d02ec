import type { RateStanding } from './rate-slice.js';

/**
 * Where the key stands in its plan's window, as OpenAI's API says it. Names and values in turn.
 * https://platform.openai.com/docs/guides/rate-limits#rate-limits-in-headers
 */
export function rateHeaders(standing: RateStanding, now: number = Date.now()): string[] {
  const reset = duration(standing.resetsAt - now);
  return [
    ...kindHeaders('requests', standing.limitRequests, standing.remainingRequests, reset),
    ...kindHeaders('tokens', standing.limitTokens, standing.remainingTokens, reset),
  ];
}

function kindHeaders(kind: string, limit: number, remaining: number, reset: string): string[] {
  if (limit === 0) return [];
  return [
    `x-ratelimit-limit-${kind}`,
    String(limit),
    `x-ratelimit-remaining-${kind}`,
    String(remaining),
    `x-ratelimit-reset-${kind}`,
    reset,
  ];
}

function duration(ms: number): string {
  return ms < 1_000 ? `${Math.max(0, Math.ceil(ms))}ms` : `${Math.ceil(ms / 1_000)}s`;
}
