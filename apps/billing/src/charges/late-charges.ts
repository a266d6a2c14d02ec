import { uuidOf } from '@modelbridge/contracts';
import type { RecordedRequest } from '@modelbridge/contracts/events';
import type { Pseudonym } from '@modelbridge/erasure';
import type { RequestCost } from './charge.js';

type StandIns = ReadonlyMap<string, Pseudonym>;

/**
 * Charges that come when their person is erased are of who stands in, whose the allowance is by then. The hash of the body
 * stays that of what was recorded: it tells repetitions.
 */
export function costsOfNobodyElse(costs: RequestCost[], standIns: StandIns): RequestCost[] {
  if (standIns.size === 0) return costs;
  const others = new Map(
    [...standIns].map(([userId, other]) => [uuidOf('user', userId), uuidOf('user', other.userId)]),
  );
  return costs.map((cost) => ({ ...cost, userId: others.get(cost.userId) ?? cost.userId }));
}

/** A record that is put aside, as an erasure would leave it. */
export function withoutErased(record: RecordedRequest | undefined, standIns: StandIns): unknown {
  if (record === undefined || !standIns.has(record.userId)) return record;
  const personal = ['userId', 'keyId', 'keyHash', 'tags'];
  return Object.fromEntries(Object.entries(record).filter(([name]) => !personal.includes(name)));
}
