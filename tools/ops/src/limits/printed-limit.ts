import { formatUsd } from '@modelbridge/contracts';
import type { Limit } from '@modelbridge/contracts/billing.v1';
import {
  limitPeriodName,
  limitScopeName,
  type LimitPeriodName,
  type LimitScopeName,
} from '@modelbridge/contracts/limits';

/** Money of one limit: exact USD to read, integer nano-USD to compute with; strings both. */
export interface PrintedAmounts {
  limitUsd: string;
  limitNanoUsd: string;
  /** Charged in the running period. */
  usedUsd: string;
  usedNanoUsd: string;
  /** Set aside for requests that run or may come. */
  heldUsd: string;
  heldNanoUsd: string;
  /** ISO 8601, UTC; null for a total. */
  resetsAt: string | null;
}

export interface PrintedLimit extends PrintedAmounts {
  scope: LimitScopeName;
  id: string;
  period: LimitPeriodName;
}

export function printedAmounts(limit: Limit): PrintedAmounts {
  return {
    limitUsd: formatUsd(limit.limitNanoUsd),
    limitNanoUsd: String(limit.limitNanoUsd),
    usedUsd: formatUsd(limit.usedNanoUsd),
    usedNanoUsd: String(limit.usedNanoUsd),
    heldUsd: formatUsd(limit.heldNanoUsd),
    heldNanoUsd: String(limit.heldNanoUsd),
    resetsAt: limit.resetsAt?.toISOString() ?? null,
  };
}

export function printedLimit(limit: Limit): PrintedLimit {
  const scope = limitScopeName(limit.scope);
  const period = limitPeriodName(limit.period);
  if (scope === undefined || period === undefined) {
    throw new Error('billing answered with a limit of a kind that is newer than this command line');
  }
  return { scope, id: limit.scopeId, period, ...printedAmounts(limit) };
}
