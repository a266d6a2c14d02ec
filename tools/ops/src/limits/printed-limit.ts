import type { Limit } from '@modelbridge/contracts/billing.v1';
import { formatUsd } from '../usd.js';
import { periodCodes, scopeCodes, type Period, type Scope } from './limit-selector.js';

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
  scope: Scope;
  id: string;
  period: Period;
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
  return {
    scope: nameOf(scopeCodes, limit.scope),
    id: limit.scopeId,
    period: nameOf(periodCodes, limit.period),
    ...printedAmounts(limit),
  };
}

function nameOf<Name extends string, Code>(codes: Record<Name, Code>, code: Code): Name {
  const name = (Object.keys(codes) as Name[]).find((known) => codes[known] === code);
  if (name === undefined) throw new Error('billing answered with a limit of an unknown kind');
  return name;
}
