import type { z } from 'zod';
import type { Limit } from '@modelbridge/contracts/billing.v1';
import { limitPeriodName, limitScopeName } from '@modelbridge/contracts/limits';
import type { limit } from './schemas.js';

/** A page of a list; an empty cursor: the last. */
export function pageJson<T>(data: T[], nextCursor: string) {
  const isLast = nextCursor === '';
  return {
    object: 'list' as const,
    data,
    has_more: !isLast,
    next_cursor: isLast ? null : nextCursor,
  };
}

export function limitJson(given: Limit): z.output<typeof limit> {
  return {
    // Null: a billing that is newer than this gateway sets limits of a kind not known here.
    scope: limitScopeName(given.scope) ?? null,
    period: limitPeriodName(given.period) ?? null,
    limit_nano_usd: given.limitNanoUsd.toString(),
    used_nano_usd: given.usedNanoUsd.toString(),
    held_nano_usd: given.heldNanoUsd.toString(),
    resets_at: given.resetsAt?.toISOString() ?? null,
  };
}
