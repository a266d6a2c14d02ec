import { providerCostBounds } from './bounds.js';
import { keyOf, tokenClasses, type BillLine, type TokenClass } from './provider-bill.js';

/** What all accounts used of a provider's model in a UTC day (`YYYY-MM-DD`). Amounts are nano-USD. */
export type UsedTokens = Readonly<
  {
    provider: string;
    day: string;
    model: string;
    requests: bigint;
    /** At the catalog's prices. */
    listCostNanoUsd: bigint;
    /** What of it was no customer's to pay. */
    overrunNanoUsd: bigint;
  } & { [Name in TokenClass]: bigint }
>;

/**
 * no_bill: nothing was imported for this provider and day. not_billed, not_used: the model is on one side only, and
 * costs something there.
 */
export type CostState = 'agrees' | 'differs' | 'not_billed' | 'not_used' | 'no_bill';

export interface ComparedCost {
  day: string;
  provider: string;
  model: string;
  state: CostState;
  /** Undefined where nothing was used. */
  used: UsedTokens | undefined;
  /** Undefined where nothing was billed. */
  billed: BillLine | undefined;
  /** What differs by more than the tolerance, in words. */
  differences: string[];
}

export interface Bills {
  lines: readonly BillLine[];
  /** Providers and days of which there is a bill. */
  days: readonly { provider: string; day: string }[];
}

/** Holds bills against usage, by day, provider and model. */
export function compareCosts(
  usage: readonly UsedTokens[],
  { lines, days }: Bills,
  tolerancePercent: number,
): ComparedCost[] {
  const used = new Map(usage.map((one) => [keyOf(one), one]));
  const billed = new Map(lines.map((one) => [keyOf(one), one]));
  const billedDays = new Set(days.map(({ provider, day }) => `${day} ${provider}`));
  const keys = [...new Set([...used.keys(), ...billed.keys()])].sort();
  return keys.map((key) => {
    const [ours, theirs] = [used.get(key), billed.get(key)];
    const { day, provider, model } = (ours ?? theirs) as BillLine;
    const hasBill = billedDays.has(`${day} ${provider}`);
    const compared = hasBill
      ? compare(ours, theirs, tolerancePercent)
      : { state: 'no_bill' as const, differences: [] };
    return { day, provider, model, used: ours, billed: theirs, ...compared };
  });
}

/** Whether a person has to look at it. */
export function isDifference({ state }: ComparedCost): boolean {
  return state !== 'agrees' && state !== 'no_bill';
}

function compare(
  used: UsedTokens | undefined,
  billed: BillLine | undefined,
  tolerancePercent: number,
): { state: CostState; differences: string[] } {
  const [list, cost] = [used?.listCostNanoUsd ?? 0n, billed?.costNanoUsd ?? 0n];
  const differences: string[] = [];
  if (isOff(list, cost, tolerancePercent, providerCostBounds.leastCostNanoUsd)) {
    differences.push(
      `cost: ${cost} nano-USD are billed, ${list} are the list price of what was used`,
    );
  }
  if (used === undefined || billed === undefined) {
    const missing = used === undefined ? 'not_used' : 'not_billed';
    return { state: differences.length === 0 ? 'agrees' : missing, differences };
  }
  for (const name of tokenClasses) {
    const theirs = billed[name];
    if (theirs === null) continue;
    if (isOff(used[name], theirs, tolerancePercent, providerCostBounds.leastTokens)) {
      differences.push(`${name}: ${theirs} are billed, ${used[name]} were used`);
    }
  }
  return { state: differences.length === 0 ? 'agrees' : 'differs', differences };
}

/** Beyond both the share of the larger one and the least that is looked at. */
function isOff(a: bigint, b: bigint, percent: number, least: bigint): boolean {
  const [smaller, larger] = a < b ? [a, b] : [b, a];
  const off = larger - smaller;
  return off > least && off * 100n > larger * BigInt(percent);
}
