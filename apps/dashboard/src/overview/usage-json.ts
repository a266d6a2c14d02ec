import {
  UsageGranularity,
  UsageGroup,
  type GetUsageSeriesResponse,
  type UsageSums,
} from '@modelbridge/contracts/usage_ledger.v1';
import type { GRANULARITIES, Usage, USAGE_GROUPS } from '@modelbridge/dashboard-api';

export const granularityCodes: Record<(typeof GRANULARITIES)[number], UsageGranularity> = {
  minute: UsageGranularity.MINUTE,
  hour: UsageGranularity.HOUR,
  day: UsageGranularity.DAY,
  month: UsageGranularity.MONTH,
};

export const groupCodes: Record<(typeof USAGE_GROUPS)[number], UsageGroup> = {
  model: UsageGroup.MODEL,
  key: UsageGroup.KEY,
  member: UsageGroup.USER,
};

/** @param nameOf what people call a group */
export function usageJson(
  { totals, periodStarts, periods, groups }: GetUsageSeriesResponse,
  nameOf: (group: string) => string,
): Usage {
  return {
    totals: { ...sumsJson(totals), ...firstTokenJson(totals) },
    period_starts: periodStarts.map((start) => start.toISOString()),
    periods: {
      requests: periods.map(({ requests }) => Number(requests)),
      errors: periods.map(({ errors }) => Number(errors)),
      tokens: periods.map(({ tokens }) => Number(tokens)),
      cost_nano_usd: periods.map(({ costNanoUsd }) => costNanoUsd.toString()),
      first_token_p50_ms: periods.map(({ firstTokenP50Ms }) => firstTokenP50Ms ?? null),
      first_token_p95_ms: periods.map(({ firstTokenP95Ms }) => firstTokenP95Ms ?? null),
    },
    groups: groups.map((group) => ({
      group: group.isRest ? null : group.group,
      name: group.isRest ? 'Others' : nameOf(group.group),
      is_rest: group.isRest,
      totals: sumsJson(group.totals),
      requests: group.requests.map(Number),
      tokens: group.tokens.map(Number),
      cost_nano_usd: group.costNanoUsd.map(String),
    })),
  };
}

function sumsJson(sums: UsageSums | undefined) {
  return {
    requests: Number(sums?.requests ?? 0),
    errors: Number(sums?.errors ?? 0),
    tokens: Number(sums?.tokens ?? 0),
    cost_nano_usd: (sums?.costNanoUsd ?? 0n).toString(),
  };
}

function firstTokenJson(sums: UsageSums | undefined) {
  return {
    first_token_p50_ms: sums?.firstTokenP50Ms ?? null,
    first_token_p95_ms: sums?.firstTokenP95Ms ?? null,
  };
}
