import { z } from 'zod';

export const statisticsBounds = {
  /** A group of fewer accounts, or fewer requests, is told nobody of. */
  leastAccounts: 10,
  leastRequests: 100,
  /** The most of a group's requests that may be of one account, as one in so many. */
  largestShareOf: 2,
  /** How long after an hour it is counted: what gateways had to hold back has arrived by then, as a rule. */
  lagMs: 15 * 60_000,
  /** Hours that were missed are counted for so long. */
  catchUpHours: 48,
  everyMs: 60_000,
  mostHours: 720,
  keptDays: 90,
};

export const hourMs = 3_600_000;

/** What is counted of one model in one region and hour, before it is decided whether it may be told. */
export interface CountedGroup {
  model: string;
  region: string;
  accounts: number;
  requests: number;
  /** Of the account that made the most. */
  largestAccountRequests: number;
  faults: number;
  /** Requests whose first token was timed, and by how many accounts. */
  timedRequests: number;
  timedAccounts: number;
  medianFirstTokenMs: number | null;
  p95FirstTokenMs: number | null;
}

export interface PublishedGroup {
  model: string;
  region: string;
  availabilityPermille: number;
  medianFirstTokenMs: number | null;
  p95FirstTokenMs: number | null;
}

const availabilityStep = 5;

/**
 * What may be told of a group; undefined for one that is too small, or in which one account stands out. There are no sums
 * of groups and no windows that overlap, so nothing is the difference of two.
 */
export function publishable(group: CountedGroup): PublishedGroup | undefined {
  const { leastAccounts, leastRequests, largestShareOf } = statisticsBounds;
  const { accounts, requests, largestAccountRequests, faults } = group;
  if (accounts < leastAccounts || requests < leastRequests) return undefined;
  if (largestAccountRequests * largestShareOf > requests) return undefined;
  const isTimed = group.timedAccounts >= leastAccounts && group.timedRequests >= leastRequests;
  const permille = Math.floor(((requests - faults) * 1_000) / requests);
  return {
    model: group.model,
    region: group.region,
    availabilityPermille: permille - (permille % availabilityStep),
    medianFirstTokenMs: isTimed ? twoDigits(group.medianFirstTokenMs) : null,
    p95FirstTokenMs: isTimed ? twoDigits(group.p95FirstTokenMs) : null,
  };
}

function twoDigits(value: number | null): number | null {
  return value === null ? null : Math.round(Number(value.toPrecision(2)));
}

/** The full hours that are to be counted at a time, oldest first. */
export function hoursDue(now: Date): Date[] {
  const { lagMs, catchUpHours } = statisticsBounds;
  const end = Math.floor((now.getTime() - lagMs) / hourMs) * hourMs;
  return Array.from(
    { length: catchUpHours },
    (_, index) => new Date(end - (catchUpHours - index) * hourMs),
  );
}

export const statisticsQuerySchema = z.object({
  hours: z
    .int()
    .min(1, 'is required')
    .max(statisticsBounds.mostHours, `must be at most ${statisticsBounds.mostHours}`),
});
