import { periodStartOf } from '../book/counter.js';
import type { Charge } from './charge.js';

/** What a member was charged for a model in a UTC month. Amounts are nano-USD. */
export interface MonthlyUsage {
  accountId: string;
  /** Its first day. */
  month: string;
  userId: string;
  model: string;
  requests: number;
  inputTokens: number;
  outputTokens: number;
  charged: bigint;
  granted: bigint;
}

/** The sums of charges that are posted together, in an order in which all who add them lock alike. */
export function monthlyUsageOf(charges: readonly Charge[]): MonthlyUsage[] {
  const sums = new Map<string, MonthlyUsage>();
  for (const { request, day, charged, granted } of charges) {
    const { accountId, userId, model } = request;
    const month = periodStartOf('month', day);
    const key = `${accountId} ${month} ${userId} ${model}`;
    const sum = sums.get(key);
    if (sum === undefined) {
      const { inputTokens, outputTokens } = request;
      const only = { requests: 1, inputTokens, outputTokens, charged, granted };
      sums.set(key, { accountId, month, userId, model, ...only });
    } else {
      sum.requests += 1;
      sum.inputTokens += request.inputTokens;
      sum.outputTokens += request.outputTokens;
      sum.charged += charged;
      sum.granted += granted;
    }
  }
  return [...sums.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, sum]) => sum);
}
