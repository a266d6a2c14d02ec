import { idFromUuid } from '@modelbridge/contracts';
import { LimitPeriod, LimitScope, type Limit } from '@modelbridge/contracts/billing.v1';
import { resetsAt, type Counter, type Period, type Scope } from '../book/counter.js';

const scopes: Record<Scope, LimitScope> = {
  account: LimitScope.ACCOUNT,
  member: LimitScope.MEMBER,
  key: LimitScope.KEY,
};
const periods: Record<Period, LimitPeriod> = {
  total: LimitPeriod.TOTAL,
  month: LimitPeriod.MONTH,
  day: LimitPeriod.DAY,
};
const idKinds = { account: 'account', member: 'user', key: 'key' } as const;

/** A counter with a cap as the contract says it. */
export function toLimit(counter: Counter): Limit {
  return {
    scope: scopes[counter.scope],
    period: periods[counter.period],
    scopeId: idFromUuid(idKinds[counter.scope], counter.scopeId),
    limitNanoUsd: counter.cap ?? 0n,
    usedNanoUsd: counter.used,
    heldNanoUsd: counter.held,
    resetsAt: resetsAt(counter),
  };
}

export function scopeOf(scope: LimitScope): Scope | undefined {
  return keyOf(scopes, scope);
}

export function periodOf(period: LimitPeriod): Period | undefined {
  return keyOf(periods, period);
}

function keyOf<K extends string, V>(values: Record<K, V>, value: V): K | undefined {
  return (Object.keys(values) as K[]).find((key) => values[key] === value);
}
