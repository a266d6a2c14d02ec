/** Counters: what one scope has used and holds in one UTC calendar period. Amounts are nano-USD. */

import {
  limitScopes,
  type LimitPeriodName,
  type LimitScopeName,
} from '@modelbridge/contracts/limits';

export interface CounterKey {
  scope: LimitScopeName;
  scopeId: string;
  period: LimitPeriodName;
  /** First day of the period, `YYYY-MM-DD`; the epoch for a total. */
  periodStart: string;
}

export interface Counter extends CounterKey {
  /** Null: no limit. */
  cap: bigint | null;
  used: bigint;
  held: bigint;
  /** The cap went below used + held and takes effect as holds return. */
  lowered: boolean;
}

/** Whose spending it is. */
export interface Spender {
  accountId: string;
  userId: string;
  keyId: string;
}

const dayMs = 24 * 60 * 60 * 1000;
const epochDay = '1970-01-01';

export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

/** When the UTC day of `time` ends. */
export function endOfDay(time: Date): Date {
  return new Date(Math.floor(time.getTime() / dayMs + 1) * dayMs);
}

export function periodStartOf(period: LimitPeriodName, day: string): string {
  switch (period) {
    case 'total':
      return epochDay;
    case 'month':
      return `${day.slice(0, 7)}-01`;
    case 'week':
      return mondayOf(day);
    case 'day':
      return day;
  }
}

/** The first day of the ISO week. */
function mondayOf(day: string): string {
  const time = new Date(`${day}T00:00:00Z`);
  const sinceMonday = (time.getUTCDay() + 6) % 7;
  return dayOf(new Date(time.getTime() - sinceMonday * dayMs));
}

/** When the period of a counter ends; undefined for a total. */
export function resetsAt({ period, periodStart }: CounterKey): Date | undefined {
  if (period === 'total') return undefined;
  const start = new Date(`${periodStart}T00:00:00Z`);
  if (period === 'day') return new Date(start.getTime() + dayMs);
  if (period === 'week') return new Date(start.getTime() + 7 * dayMs);
  return new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 1));
}

/** The periods in which each scope is counted, and so can be limited. */
export const periodsOf: Readonly<Record<LimitScopeName, readonly LimitPeriodName[]>> = {
  account: ['total', 'month'],
  member: ['month'],
  key: ['total', 'month', 'week', 'day'],
};

/** Every counter that a spender's request of this day passes through, the account's total first. */
export function counterKeysOf(spender: Spender, day: string): CounterKey[] {
  const scopeIds: Record<LimitScopeName, string> = {
    account: spender.accountId,
    member: spender.userId,
    key: spender.keyId,
  };
  return limitScopes.flatMap((scope) =>
    periodsOf[scope].map((period) => ({
      scope,
      scopeId: scopeIds[scope],
      period,
      periodStart: periodStartOf(period, day),
    })),
  );
}

export function nameOf({ scope, scopeId, period, periodStart }: CounterKey): string {
  return `${scope} ${scopeId} ${period} ${periodStart}`;
}

/** What can still be set aside; negative under a lowered cap, undefined without a cap. */
export function freeIn({ cap, used, held }: Counter): bigint | undefined {
  return cap === null ? undefined : cap - used - held;
}

/** What is not used, held or not; undefined without a cap. */
export function unusedIn({ cap, used }: Counter): bigint | undefined {
  return cap === null ? undefined : cap - used;
}

/** The counter that leaves the least by this measure. One with a cap must be among them. */
export function tightest(
  counters: readonly Counter[],
  measure: (counter: Counter) => bigint | undefined,
): { counter: Counter; left: bigint } {
  let least: { counter: Counter; left: bigint } | undefined;
  for (const counter of counters) {
    const left = measure(counter);
    if (left !== undefined && (least === undefined || left < least.left)) least = { counter, left };
  }
  if (least === undefined) throw new Error('an account without a balance');
  return least;
}

/** Moves an amount from free to held in every counter. The caller has made sure that it is free. */
export function hold(counters: readonly Counter[], amount: bigint): void {
  for (const counter of counters) {
    const free = freeIn(counter);
    if (free !== undefined && free < amount) throw new Error('a hold above what is free');
    counter.held += amount;
  }
}

/** Moves an amount from held back to free in every counter. */
export function release(counters: readonly Counter[], amount: bigint): void {
  for (const counter of counters) {
    counter.held -= amount;
    clearLowered(counter);
  }
}

/** Books use in every counter: `fromHold` was held, `fromFree` was free. */
export function use(counters: readonly Counter[], fromHold: bigint, fromFree: bigint): void {
  for (const counter of counters) {
    counter.held -= fromHold;
    counter.used += fromHold + fromFree;
  }
}

/** Sets or removes the cap of a running period. */
export function setCap(counter: Counter, cap: bigint | null): void {
  counter.cap = cap;
  counter.lowered = cap !== null && counter.used + counter.held > cap;
}

function clearLowered(counter: Counter): void {
  if (counter.cap === null || counter.used + counter.held <= counter.cap) counter.lowered = false;
}
