import { randomUUID } from 'node:crypto';
import { newId } from '@modelbridge/contracts';
import type { RequestRecord } from '@modelbridge/contracts/events';
import {
  GetUsageSeriesRequest,
  UsageGranularity,
  UsageGroup,
} from '@modelbridge/contracts/usage_ledger.v1';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConfirmationsService } from '../confirmations/confirmations.service.js';
import { startLedger, type RunningLedger } from '../testing/running-ledger.js';
import { sampleRecord } from '../testing/sample-records.js';
import { UsageSeriesService } from './usage-series.service.js';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const today = Math.floor(Date.now() / dayMs) * dayMs;
/** Of yesterday: no test meets an hour that has not come. */
const hour = today - 2 * hourMs;

const accountId = newId('account');
const [keyA, keyB, userA, userB] = [newId('key'), newId('key'), newId('user'), newId('user')];

const used = (sequence: number, at: number, changes: Partial<RequestRecord>) =>
  sampleRecord(sequence, {
    ...{ accountId, keyId: keyA, userId: userA, timeToFirstTokenMs: 300 },
    ...{ inputTokens: 1, cacheReadTokens: 2, cacheWrite5mTokens: 4, cacheWrite1hTokens: 8 },
    ...{ outputTokens: 16, reasoningTokens: 10 },
    ...{ startedAt: new Date(at).toISOString(), completedAt: new Date(at).toISOString() },
    ...changes,
  });

const records = [
  used(1, hour, { model: 'large', costNanoUsd: '500' }),
  used(2, hour + 59_999, { model: 'small', costNanoUsd: '10', timeToFirstTokenMs: 5_000 }),
  used(3, hour + minuteMs, { model: 'small', costNanoUsd: '30', keyId: keyB, userId: userB }),
  used(4, hour + hourMs, { model: 'tiny', costNanoUsd: '5', status: 502, outcome: 'failed' }),
  used(5, hour + hourMs, { model: 'tiny', costNanoUsd: '2', status: 499, outcome: 'caller_gone' }),
  used(6, hour - 60 * dayMs, { model: 'large', costNanoUsd: '7', tags: { project: 'atlas' } }),
  used(7, hour, { accountId: newId('account'), costNanoUsd: '1000' }),
];

let ledger: RunningLedger;
beforeAll(async () => {
  ledger = await startLedger();
  const epoch = randomUUID();
  await ledger.publish(epoch, ...records);
  await ledger.watermarkAt(epoch, records.length);
});
afterAll(() => ledger.close());

const ask = (changes: Partial<GetUsageSeriesRequest> = {}) =>
  ledger.client.getUsageSeries(
    GetUsageSeriesRequest.fromPartial({
      accountId,
      from: new Date(today - dayMs),
      to: new Date(today),
      granularity: UsageGranularity.HOUR,
      ...changes,
    }),
  );

describe('a series of usage', () => {
  it('has sums of all, with errors and times to the first token, and nothing of another account', async () => {
    const { totals, periods, periodStarts, groups } = await ask();
    expect(totals).toMatchObject({ requests: 5n, errors: 1n, tokens: 155n, costNanoUsd: 547n });
    expect(totals?.firstTokenP50Ms).toBeGreaterThan(250);
    expect(totals?.firstTokenP50Ms).toBeLessThan(370);
    expect(totals?.firstTokenP95Ms).toBeGreaterThan(4_000);
    expect(periodStarts).toHaveLength(24);
    expect(periods.map(({ requests }) => Number(requests)).slice(-3)).toEqual([0, 3, 2]);
    expect(groups).toEqual([]);
  });

  it('is stacked by the dearest groups and one of all others', async () => {
    const groups = async (groupBy: UsageGroup, mostGroups = 0) =>
      (await ask({ groupBy, mostGroups })).groups.map(({ group, isRest, totals }) => [
        isRest ? 'rest' : group,
        totals?.requests,
        totals?.costNanoUsd,
      ]);
    expect(await groups(UsageGroup.MODEL)).toEqual([
      ['large', 1n, 500n],
      ['small', 2n, 40n],
      ['tiny', 2n, 7n],
    ]);
    expect(await groups(UsageGroup.MODEL, 1)).toEqual([
      ['large', 1n, 500n],
      ['rest', 4n, 47n],
    ]);
    expect(await groups(UsageGroup.KEY)).toEqual([
      [keyA, 4n, 517n],
      [keyB, 1n, 30n],
    ]);
    expect(await groups(UsageGroup.USER)).toEqual([
      [userA, 4n, 517n],
      [userB, 1n, 30n],
    ]);
  });

  it('is the same by minute, hour, day and month', async () => {
    const minutes = await ask({
      ...{ granularity: UsageGranularity.MINUTE, groupBy: UsageGroup.MODEL },
      ...{ from: new Date(hour), to: new Date(hour + 62 * minuteMs) },
    });
    expect(minutes.periods.map(({ requests }) => Number(requests))).toEqual([
      ...[2, 1],
      ...Array<number>(58).fill(0),
      ...[2, 0],
    ]);
    const { totals, groups } = await ask({ groupBy: UsageGroup.MODEL });
    expect(minutes.totals).toEqual(totals);
    expect(minutes.groups.map((group) => group.totals)).toEqual(
      groups.map((group) => group.totals),
    );
    expect((await ask({ granularity: UsageGranularity.DAY })).totals).toEqual(totals);
    const months = { granularity: UsageGranularity.MONTH, ...yearAround(new Date(hour)) };
    expect((await ask(months)).totals).toMatchObject({ requests: 6n, costNanoUsd: 554n });
  });

  it('is narrowed by key, member and model', async () => {
    const requests = async (changes: Partial<GetUsageSeriesRequest>) =>
      (await ask(changes)).totals?.requests;
    expect(await requests({ keyId: keyB })).toBe(1n);
    expect(await requests({ userId: userA })).toBe(4n);
    expect(await requests({ model: 'small' })).toBe(2n);
    expect(await requests({ model: 'small', userId: userA })).toBe(1n);
    expect(await requests({ keyId: newId('key') })).toBe(0n);
  });

  it('goes down with a cost that nobody pays, once, in every granularity', async () => {
    const overruns = [{ requestId: records[0]!.requestId, overrunNanoUsd: '100' }];
    for (const _ of [1, 2]) {
      await ledger.app.get(ConfirmationsService, { strict: false }).confirm([], overruns);
    }
    const minutes = { from: new Date(hour), to: new Date(hour + 62 * minuteMs) };
    for (const changes of [
      { granularity: UsageGranularity.MINUTE, ...minutes },
      { granularity: UsageGranularity.HOUR },
      { granularity: UsageGranularity.DAY },
    ]) {
      expect((await ask(changes)).totals).toMatchObject({ requests: 5n, costNanoUsd: 447n });
    }
  });

  it('keeps minutes for two days, and of older ones none from the beginning', async () => {
    const count = async (): Promise<bigint | undefined> =>
      (await ledger.query<{ n: bigint }>('select count(*) as n from usage_minutely'))[0]?.n;
    const kept = await count();
    // All but the one of two months ago.
    expect(kept).toBe(5n);
    await ledger.query(
      `update usage_minutely set minute = minute - interval '3 days' where model = 'tiny'`,
    );
    await ledger.app.get(UsageSeriesService, { strict: false }).prune();
    expect(await count()).toBe(4n);
  });

  it('is refused by the name of what is wrong', async () => {
    const error: unknown = await ask({ to: new Date(today + 1) }).catch(rpcErrorFrom);
    expect(error).toMatchObject({ code: 'invalid_argument', field: 'to' });
  });
});

function yearAround(time: Date): { from: Date; to: Date } {
  const [year, month] = [time.getUTCFullYear(), time.getUTCMonth()];
  return { from: new Date(Date.UTC(year, month - 11)), to: new Date(Date.UTC(year, month + 1)) };
}
