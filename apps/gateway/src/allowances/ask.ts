import type { Need } from './admission.js';
import type { Ask, RateAsk } from './billing-steps.js';
import type { DemandMeter } from './demand-meter.js';
import type { Lease } from './lease.js';
import { allowanceBounds } from './bounds.js';
import type { RateAmounts } from './rate-slice.js';

const nothing: RateAmounts = { requests: 0, tokens: 0 };

/**
 * One call for all who wait: their worst cases together while much is free, near a limit that of the
 * first, and at least the smallest minimum.
 */
export function askForWaiting(
  needs: readonly Need[],
  lease: Lease | undefined,
  demand: DemandMeter,
  now: number,
): Ask {
  const free = lease?.free ?? 0n;
  const needed = smallestMinimum(needs);
  const worstCases = needs.map(({ worstCaseNanoUsd }) => worstCaseNanoUsd);
  const all = worstCases.reduce((sum, worstCase) => sum + worstCase, 0n);
  const largest = worstCases.reduce((a, b) => (a > b ? a : b));
  const tokens = needs.map((need) => need.tokens);
  return {
    wanted: above(demand.target(now, largest) + all, free),
    request: above(worstCases[0] ?? 0n, free),
    minimum: above(needed, free),
    needed,
    returned: 0n,
    rate: rateAsk(tokens, lease, demand, now),
  };
}

/**
 * What to ask for beside the traffic; undefined while there is enough of everything. What is far too
 * much is set apart, to go back.
 */
export function askAhead(lease: Lease, demand: DemandMeter, now: number): Ask | undefined {
  const target = demand.target(now);
  const { free } = lease;
  const isLow = free * 2n < target;
  const nextWindow = lease.rate?.needsNext(allowanceBounds.nextWindowAheadMs, now) ?? false;
  const isEnding = lease.expiresWithin(allowanceBounds.renewAheadMs, now);
  const returned = free > target * allowanceBounds.excessFactor ? free - target * 2n : 0n;
  if (!isLow && !nextWindow && !isEnding && returned === 0n) return undefined;
  if (returned > 0n) lease.withdraw(returned);
  const wanted = returned > 0n ? 0n : above(target, free);
  const rate = rateAsk([], lease, demand, now, nextWindow);
  return { wanted, request: 0n, minimum: 0n, needed: 0n, returned, rate };
}

/** Sets apart what no request uses, to go back. */
export function returnOf(lease: Lease): Ask {
  const returned = lease.free;
  lease.withdraw(returned);
  const running = lease.rate?.running ?? 0;
  const slots = { neededSlots: running, wantedSlots: running };
  const rate = { needed: nothing, wanted: nothing, ...slots, nextWindow: false };
  return { wanted: 0n, request: 0n, minimum: 0n, needed: 0n, returned, rate };
}

export function smallestMinimum(needs: readonly Need[]): bigint {
  return needs.map(({ minimumNanoUsd }) => minimumNanoUsd).reduce((a, b) => (a < b ? a : b));
}

/** At least one waiting request's share of the rate limits, better that of all and of the next seconds. */
function rateAsk(
  waiting: readonly number[],
  lease: Lease | undefined,
  demand: DemandMeter,
  now: number,
  nextWindow = false,
): RateAsk {
  const rate = lease?.rate;
  const running = rate?.running ?? 0;
  const smallest = waiting.length === 0 ? [] : [Math.min(...waiting)];
  const lacking = (tokens: readonly number[]): RateAmounts => {
    if (tokens.length === 0) return nothing;
    const total = tokens.reduce((sum, each) => sum + each, 0);
    return rate?.lacking(tokens, now) ?? { requests: tokens.length, tokens: total };
  };
  const all = lacking(waiting);
  const soon = demand.requestsWithin(allowanceBounds.rateHorizonMs, now);
  const tokensEach = Math.ceil(demand.tokensPerRequest(waiting));
  const wantedSlots = running + waiting.length;
  return {
    needed: lacking(smallest),
    wanted: { requests: all.requests + soon, tokens: all.tokens + soon * tokensEach },
    neededSlots: running + smallest.length,
    wantedSlots: wantedSlots + Math.ceil(wantedSlots / 4) + 1,
    nextWindow,
  };
}

function above(amount: bigint, free: bigint): bigint {
  return amount > free ? amount - free : 0n;
}
