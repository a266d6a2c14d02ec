import { idFromUuid } from '@modelbridge/contracts';
import type { Limit, MemberLimit } from '@modelbridge/contracts/billing.v1';
import {
  limitPeriodCodes,
  limitScopeCodes,
  limitScopeIdKinds,
} from '@modelbridge/contracts/limits';
import { resetsAt, type Counter } from './counter.js';

/** A counter with a cap as the contract says it. */
export function toLimit(counter: Counter): Limit {
  return {
    scope: limitScopeCodes[counter.scope],
    period: limitPeriodCodes[counter.period],
    scopeId: idFromUuid(limitScopeIdKinds[counter.scope], counter.scopeId),
    limitNanoUsd: counter.cap ?? 0n,
    usedNanoUsd: counter.used,
    heldNanoUsd: counter.held,
    resetsAt: resetsAt(counter),
  };
}

export function toMemberLimit({ scopeId, cap, used, held }: Counter): MemberLimit {
  return {
    userId: idFromUuid('user', scopeId),
    monthlyLimitNanoUsd: cap ?? undefined,
    usedNanoUsd: used,
    heldNanoUsd: held,
  };
}
