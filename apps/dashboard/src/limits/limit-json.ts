import type { Limit } from '@modelbridge/contracts/billing.v1';
import { limitPeriodName, limitScopeName } from '@modelbridge/contracts/limits';
import type { SpendLimit } from '@modelbridge/dashboard-api';

/** Limits are asked of a spender; this key is nobody's, so that no key's limits are among them. */
export const noKey = `key_${'0'.repeat(26)}`;

/** None for one that only a newer billing knows. */
export function limitsJson(limits: readonly Limit[]): SpendLimit[] {
  return limits.flatMap((limit) => {
    const scope = limitScopeName(limit.scope);
    const period = limitPeriodName(limit.period);
    if (scope === undefined || period === undefined) return [];
    return [
      {
        scope,
        period,
        scope_id: limit.scopeId,
        limit_nano_usd: limit.limitNanoUsd.toString(),
        used_nano_usd: limit.usedNanoUsd.toString(),
        held_nano_usd: limit.heldNanoUsd.toString(),
        resets_at: limit.resetsAt?.toISOString() ?? null,
      },
    ];
  });
}
