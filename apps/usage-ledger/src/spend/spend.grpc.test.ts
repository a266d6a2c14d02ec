import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import type { RequestRecord } from '@modelbridge/contracts/events';
import { SpendGranularity, SpendGroup } from '@modelbridge/contracts/usage_ledger.v1';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { ConfirmationsService } from '../confirmations/confirmations.service.js';
import { startLedger, type RunningLedger } from '../testing/running-ledger.js';
import { sampleRecord } from '../testing/sample-records.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const today = Math.floor(Date.now() / dayMs) * dayMs;
const yesterday = today - dayMs;

describe('spend', () => {
  const accountId = newId('account');
  const [keyA, keyB] = [newId('key'), newId('key')];
  const userId = newId('user');
  let ledger: RunningLedger;

  beforeAll(async () => {
    ledger = await startLedger();
    const epoch = randomUUID();
    const used = (sequence: number, changes: Partial<RequestRecord>, atMs: number) =>
      sampleRecord(sequence, {
        accountId,
        userId,
        completedAt: new Date(atMs).toISOString(),
        ...changes,
      });
    await ledger.publish(
      epoch,
      used(1, { keyId: keyA, model: 'small', costNanoUsd: '10' }, yesterday + hourMs),
      used(2, { keyId: keyA, model: 'large', costNanoUsd: '500' }, yesterday + hourMs + 1),
    );
    await ledger.publish(
      epoch,
      used(3, { keyId: keyB, model: 'small', costNanoUsd: '30' }, yesterday + 2 * hourMs),
      used(4, { keyId: keyA, model: 'small', costNanoUsd: '7' }, today),
      sampleRecord(5),
    );
    await ledger.watermarkAt(epoch, 5);
  });
  afterAll(() => ledger.close());

  const question = {
    accountId,
    keyId: '',
    userId: '',
    from: new Date(yesterday),
    to: new Date(today + dayMs),
    granularity: SpendGranularity.DAY,
    groupBy: SpendGroup.UNSPECIFIED,
    tagName: '',
    tags: {},
  };
  const ask = async (changes: Partial<typeof question>) =>
    (await ledger.client.listSpend({ ...question, ...changes })).spend.map((row) => [
      ((row.periodStart?.getTime() ?? 0) - yesterday) / hourMs,
      row.group,
      row.requests,
      row.costNanoUsd,
    ]);

  it('sums an account by day, to the nano-dollar', async () => {
    expect(await ask({})).toEqual([
      [0, '', 3n, 540n],
      [24, '', 1n, 7n],
    ]);
  });

  it('sums days of which the range cuts a part off', async () => {
    const from = new Date(yesterday + 2 * hourMs);
    expect(await ask({ from })).toEqual([
      [0, '', 1n, 30n],
      [24, '', 1n, 7n],
    ]);
    expect(await ask({ from, granularity: SpendGranularity.MONTH })).not.toEqual([]);
  });

  it('leaves out the end of the range', async () => {
    expect(await ask({ to: new Date(today) })).toEqual([[0, '', 3n, 540n]]);
  });

  it('sums by hour and model, the dearest first', async () => {
    const spend = await ask({ granularity: SpendGranularity.HOUR, groupBy: SpendGroup.MODEL });
    expect(spend).toEqual([
      [1, 'large', 1n, 500n],
      [1, 'small', 1n, 10n],
      [2, 'small', 1n, 30n],
      [24, 'small', 1n, 7n],
    ]);
  });

  it('sums by key and by member, and for one key', async () => {
    const to = new Date(today);
    expect(await ask({ to, groupBy: SpendGroup.KEY })).toEqual([
      [0, keyA, 2n, 510n],
      [0, keyB, 1n, 30n],
    ]);
    expect(await ask({ to, groupBy: SpendGroup.USER })).toEqual([[0, userId, 3n, 540n]]);
    expect(await ask({ accountId: '', keyId: keyB })).toEqual([[0, '', 1n, 30n]]);
    expect(await ask({ userId: newId('user') })).toEqual([]);
  });

  it('agrees with the requests themselves', async () => {
    const { spend } = await ledger.client.listSpend(question);
    const { requests } = await ledger.client.listRequests({
      accountId,
      keyId: '',
      limit: 100,
      cursor: '',
      filter: undefined,
    });
    const sum = (values: bigint[]) => values.reduce((a, b) => a + b, 0n);
    for (const field of [
      'inputTokens',
      'cacheWrite1hTokens',
      'outputTokens',
      'costNanoUsd',
    ] as const) {
      expect(sum(spend.map((row) => row[field]))).toBe(sum(requests.map((row) => row[field])));
    }
  });

  it('sums by the value of a tag, also after a cost went down, and of those with a tag', async () => {
    const [account, epoch] = [newId('account'), randomUUID()];
    const tagged = (sequence: number, costNanoUsd: string, tags?: RequestRecord['tags']) =>
      sampleRecord(sequence, { accountId: account, costNanoUsd, ...(tags && { tags }) });
    const records = [
      tagged(1, '50', { project: 'atlas', stage: 'ci' }),
      tagged(2, '20', { stage: 'ci', project: 'atlas' }),
      tagged(3, '40', { project: 'zephyr' }),
      tagged(4, '3'),
    ];
    await ledger.publish(epoch, ...records);
    await ledger.watermarkAt(epoch, 4);
    await ledger.app
      .get(ConfirmationsService, { strict: false })
      .confirm([], [{ requestId: records[0]!.requestId, overrunNanoUsd: '25' }]);
    const groups = async (changes: Partial<typeof question>) =>
      (
        await ledger.client.listSpend({
          ...question,
          accountId: account,
          groupBy: SpendGroup.TAG,
          ...changes,
        })
      ).spend.map(({ group, requests, costNanoUsd }) => [group, requests, costNanoUsd]);
    expect(await groups({ tagName: 'project' })).toEqual([
      ['atlas', 2n, 45n],
      ['zephyr', 1n, 40n],
      ['', 1n, 3n],
    ]);
    expect(await groups({ tagName: 'project', tags: { stage: 'ci' } })).toEqual([
      ['atlas', 2n, 45n],
    ]);
    expect(await groups({ tagName: 'project', granularity: SpendGranularity.HOUR })).toHaveLength(
      3,
    );
    const { requests } = await ledger.client.listRequests({
      ...{ accountId: account, keyId: '', limit: 0, cursor: '', filter: undefined },
    });
    expect(requests.map(({ tags }) => tags)).toEqual([
      {},
      { project: 'zephyr' },
      { project: 'atlas', stage: 'ci' },
      { project: 'atlas', stage: 'ci' },
    ]);
  });

  it('sums what providers will bill, of all accounts, with what no customer pays', async () => {
    const [day, epoch] = [today - 40 * dayMs, randomUUID()];
    const used = (sequence: number, changes: Partial<RequestRecord>) =>
      sampleRecord(sequence, {
        model: 'small',
        completedAt: new Date(day + hourMs).toISOString(),
        ...changes,
      });
    const records = [
      used(1, { costNanoUsd: '50' }),
      used(2, { costNanoUsd: '20' }),
      used(3, { provider: 'anthropic', costNanoUsd: '7' }),
      used(4, { provider: null, costNanoUsd: '0' }),
      used(5, { completedAt: new Date(day + dayMs).toISOString() }),
    ];
    await ledger.publish(epoch, ...records);
    await ledger.publish(epoch, records[0]!);
    await ledger.watermarkAt(epoch, 5);
    const overruns = [{ requestId: records[0]!.requestId, overrunNanoUsd: '25' }];
    for (const _ of [1, 2]) {
      await ledger.app.get(ConfirmationsService, { strict: false }).confirm([], overruns);
    }
    const range = { from: new Date(day), to: new Date(day + dayMs), provider: '' };
    const { usage } = await ledger.client.listProviderUsage(range);
    const tokensOf = (record: RequestRecord | undefined) => BigInt(record?.inputTokens ?? 0);
    expect(usage).toMatchObject([
      { provider: 'anthropic', requests: 1n, listCostNanoUsd: 7n, overrunNanoUsd: 0n },
      {
        day: new Date(day),
        provider: 'openai',
        model: 'small',
        requests: 2n,
        inputTokens: tokensOf(records[0]) + tokensOf(records[1]),
        cacheWrite1hTokens: 8n,
        outputTokens: 1_000n,
        listCostNanoUsd: 70n,
        overrunNanoUsd: 25n,
      },
    ]);
    const openai = await ledger.client.listProviderUsage({ ...range, provider: 'openai' });
    expect(openai.usage).toEqual(usage.slice(1));
    for (const [field, change] of [
      ['from', { from: new Date(day + 1) }],
      ['to', { to: new Date(day) }],
      ['to', { to: new Date(day + 101 * dayMs) }],
      ['provider', { provider: 'acme' }],
    ] as const) {
      const call = ledger.client.listProviderUsage({ ...range, ...change });
      expect(rpcErrorFrom(await call.catch((error: unknown) => error))).toMatchObject({
        code: 'invalid_argument',
        field,
      });
    }
  });

  it('names what is wrong with a question', async () => {
    const call = ledger.client.listSpend({
      ...question,
      granularity: SpendGranularity.UNSPECIFIED,
    });
    expect(rpcErrorFrom(await call.catch((error: unknown) => error))).toMatchObject({
      code: 'invalid_argument',
      field: 'granularity',
    });
  });
});
