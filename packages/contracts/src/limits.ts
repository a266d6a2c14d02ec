import { LimitPeriod, LimitScope } from './gen/billing/v1/billing.js';
import type { IdKind } from './ids.js';

/** The values of a proto enum that mean something, by the words that stand for them elsewhere. */
type CodesByName<E> = {
  [K in Exclude<keyof E, 'UNSPECIFIED' | 'UNRECOGNIZED'> & string as Lowercase<K>]: E[K];
};

/** Whose spending a limit bounds, from the outermost inwards. A scope that the proto gains is missed here. */
export const limitScopeCodes: CodesByName<typeof LimitScope> = {
  account: LimitScope.ACCOUNT,
  member: LimitScope.MEMBER,
  key: LimitScope.KEY,
};
export type LimitScopeName = keyof typeof limitScopeCodes;

/** What a limit's use is counted by, the longest first. A period that the proto gains is missed here. */
export const limitPeriodCodes: CodesByName<typeof LimitPeriod> = {
  total: LimitPeriod.TOTAL,
  month: LimitPeriod.MONTH,
  week: LimitPeriod.WEEK,
  day: LimitPeriod.DAY,
};
export type LimitPeriodName = keyof typeof limitPeriodCodes;

/** The kind of id that names one of a scope. */
export const limitScopeIdKinds = {
  account: 'account',
  member: 'user',
  key: 'key',
} as const satisfies Record<LimitScopeName, IdKind>;

export const limitScopes = Object.keys(limitScopeCodes) as LimitScopeName[];
const limitPeriods = Object.keys(limitPeriodCodes) as LimitPeriodName[];

/** Undefined where none is given, or one that only a newer sender knows. */
export function limitScopeName(code: LimitScope): LimitScopeName | undefined {
  return limitScopes.find((name) => limitScopeCodes[name] === code);
}

/** Undefined where none is given, or one that only a newer sender knows. */
export function limitPeriodName(code: LimitPeriod): LimitPeriodName | undefined {
  return limitPeriods.find((name) => limitPeriodCodes[name] === code);
}
