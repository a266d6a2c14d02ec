import { newId } from '@modelbridge/contracts';
import type { AuditedAct } from '@modelbridge/contracts/audit';
import { BillingMode, LimitPeriod, LimitScope } from '@modelbridge/contracts/billing.v1';
import {
  limitPeriodCodes,
  limitScopeCodes,
  limitScopeName,
  limitScopes,
  type LimitScopeName,
} from '@modelbridge/contracts/limits';
import { billingActPerformed } from '@modelbridge/contracts/events';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { outsideMessaging } from '@modelbridge/service-kit/testing';
import { eventually } from '@modelbridge/testing-kit';
import { AccountAccess } from '@modelbridge/access';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { periodsOf, periodStartOf } from '../book/counter.js';
import { RunningBilling } from '../testing/running-billing.js';
import { grantRequest, type Owner } from '../testing/samples.js';

let billing: RunningBilling;
beforeAll(async () => {
  billing = await RunningBilling.start();
});
afterAll(() => billing.close());

function set(owner: Owner, scope: LimitScope, period: LimitPeriod, limitNanoUsd?: bigint) {
  const scopeIds: Record<LimitScopeName, string> = {
    account: '',
    member: owner.userId,
    key: owner.keyId,
  };
  const scopeId = scopeIds[limitScopeName(scope) ?? 'account'];
  return billing.client.setLimit({
    accountId: owner.accountId,
    scope,
    period,
    scopeId,
    limitNanoUsd,
  });
}

/** Every limit but the account's total, which is its balance: what the tables must accept. */
const hardLimits = limitScopes
  .flatMap((scope) => periodsOf[scope].map((period) => [scope, period] as const))
  .filter(([scope, period]) => scope !== 'account' || period !== 'total')
  .map(([scope, period]) => [limitScopeCodes[scope], limitPeriodCodes[period]] as const);

it('what is set and paid is told to the audit log, with who did it and why', async () => {
  const owner = await billing.account(1_000n);
  await set(owner, LimitScope.KEY, LimitPeriod.DAY, 100n);
  await set(owner, LimitScope.ACCOUNT, LimitPeriod.MONTH);
  const told: AuditedAct[] = [];
  const outside = outsideMessaging(billing.service.nats?.url ?? '');
  outside.messaging.consume(billingActPerformed, {
    durable: 'test__billing-act-performed',
    handle: async (act) => void (act.accountId === owner.accountId && told.push(act)),
  });
  await eventually(() => expect(told).toHaveLength(3));
  await outside.close();
  const by = {
    actor: { kind: 'staff', id: expect.stringMatching(/^admin:[0-9a-f]{16}$/) },
    reason: 'a test',
  };
  expect(told).toMatchObject([
    { act: 'credit.added', details: { amount_nano_usd: '1000', source: 'operator' }, ...by },
    {
      act: 'limit.changed',
      objectIds: [owner.keyId],
      details: { scope: 'key', period: 'day', limit_nano_usd: '100' },
      ...by,
    },
    {
      act: 'limit.changed',
      objectIds: [],
      details: { scope: 'account', period: 'month', limit_nano_usd: 'none' },
      ...by,
    },
  ]);
});

describe('limits', () => {
  it('lists the balance first, then every limit that is set, with what is used and held in this period', async () => {
    const owner = await billing.account(1_000n);
    await set(owner, LimitScope.KEY, LimitPeriod.DAY, 100n);
    await set(owner, LimitScope.KEY, LimitPeriod.TOTAL, 900n);
    await set(owner, LimitScope.MEMBER, LimitPeriod.MONTH, 300n);
    await set(owner, LimitScope.ACCOUNT, LimitPeriod.MONTH, 400n);
    await billing.client.grantAllowance(grantRequest(owner, { minimumNanoUsd: 60n }));
    const { limits } = await billing.client.getLimits(owner);
    expect(limits.map(({ scope, period, limitNanoUsd }) => [scope, period, limitNanoUsd])).toEqual([
      [LimitScope.ACCOUNT, LimitPeriod.TOTAL, 1_000n],
      [LimitScope.ACCOUNT, LimitPeriod.MONTH, 400n],
      [LimitScope.MEMBER, LimitPeriod.MONTH, 300n],
      [LimitScope.KEY, LimitPeriod.TOTAL, 900n],
      [LimitScope.KEY, LimitPeriod.DAY, 100n],
    ]);
    for (const limit of limits) expect(limit).toMatchObject({ usedNanoUsd: 0n, heldNanoUsd: 60n });
  });

  it.each(hardLimits)('%s %s is hard, and gone when it is removed', async (scope, period) => {
    const owner = await billing.account(1_000n);
    await set(owner, scope, period, 50n);
    const refused = await billing.client.grantAllowance(
      grantRequest(owner, { minimumNanoUsd: 51n }),
    );
    expect(refused.outcome).toMatchObject({
      $case: 'refused',
      value: { limit: { scope, period } },
    });
    expect(await set(owner, scope, period)).toEqual({ limit: undefined });
    const granted = await billing.client.grantAllowance(
      grantRequest(owner, { minimumNanoUsd: 51n }),
    );
    expect(granted.outcome?.$case).toBe('granted');
  });

  it('of a member counts all of the member’s keys, and no other member', async () => {
    const owner = await billing.account(1_000n);
    await set(owner, LimitScope.MEMBER, LimitPeriod.MONTH, 100n);
    await billing.client.grantAllowance(grantRequest(owner, { minimumNanoUsd: 60n }));
    const otherKey = grantRequest(owner, { keyId: newId('key'), minimumNanoUsd: 41n });
    const waiting = billing.client.grantAllowance(otherKey);
    const otherMember = grantRequest(owner, {
      keyId: newId('key'),
      userId: newId('user'),
      minimumNanoUsd: 500n,
    });
    expect((await billing.client.grantAllowance(otherMember)).outcome?.$case).toBe('granted');
    expect((await waiting).outcome?.$case).toBe('refused');
  });

  it('begin anew with their period, with the same cap', async () => {
    const owner = await billing.account(1_000n);
    await set(owner, LimitScope.KEY, LimitPeriod.DAY, 50n);
    await billing.client.grantAllowance(grantRequest(owner, { minimumNanoUsd: 50n }));
    billing.clock.advance(24 * 60 * 60_000);
    const next = await billing.client.grantAllowance(grantRequest(owner, { minimumNanoUsd: 50n }));
    expect(next.outcome?.$case).toBe('granted');
    const more = await billing.client.grantAllowance(grantRequest(owner, { minimumNanoUsd: 51n }));
    expect(more.outcome).toMatchObject({
      $case: 'refused',
      value: { limit: { period: LimitPeriod.DAY } },
    });
  });

  it('of a week begin anew on Monday, UTC', async () => {
    const owner = await billing.account(1_000n);
    // A Sunday.
    billing.clock.set('2026-03-15T23:59:50Z');
    const { limit } = await set(owner, LimitScope.KEY, LimitPeriod.WEEK, 50n);
    expect(limit?.resetsAt).toEqual(new Date('2026-03-16T00:00:00Z'));
    const grant = async (minimumNanoUsd: bigint) =>
      (await billing.client.grantAllowance(grantRequest(owner, { minimumNanoUsd }))).outcome;
    expect((await grant(30n))?.$case).toBe('granted');
    expect(await grant(21n)).toMatchObject({
      $case: 'refused',
      value: { limit: { period: LimitPeriod.WEEK } },
    });
    billing.clock.set('2026-03-16T00:00:00Z');
    expect((await grant(50n))?.$case).toBe('granted');
  });

  it.each([
    ['2026-03-15', '2026-03-09'],
    ['2026-03-16', '2026-03-16'],
    ['2026-01-01', '2025-12-29'],
  ])('count %s to the week of %s', (day, monday) => {
    expect(periodStartOf('week', day)).toBe(monday);
  });

  it('a credit line lets the balance go below zero as far as it reaches', async () => {
    const owner = await billing.account(10n);
    await billing.client.setBillingMode({
      accountId: owner.accountId,
      mode: BillingMode.INVOICE,
      creditLineNanoUsd: 90n,
    });
    const granted = await billing.client.grantAllowance(
      grantRequest(owner, { minimumNanoUsd: 100n }),
    );
    expect(granted.outcome?.$case).toBe('granted');
    expect(await set(owner, LimitScope.ACCOUNT, LimitPeriod.TOTAL, 95n)).toMatchObject({
      limit: { limitNanoUsd: 105n, heldNanoUsd: 100n },
    });
  });

  it('of members say what is used and held in this month, with a limit and without, in the order asked for', async () => {
    // Who may see whom is asked of auth and teams, which are not here.
    const access = jest
      .spyOn(billing.part(AccountAccess), 'account')
      .mockResolvedValue({ reach: 'all' });
    const owner = await billing.account(1_000n);
    const [unlimited, idle] = [newId('user'), newId('user')];
    await set(owner, LimitScope.MEMBER, LimitPeriod.MONTH, 300n);
    await billing.charge(owner, null, 25n);
    await billing.charge({ ...owner, userId: unlimited, keyId: newId('key') }, null, 40n);
    await billing.client.grantAllowance(
      grantRequest(owner, { keyId: newId('key'), minimumNanoUsd: 10n }),
    );
    const actor = { actorUserId: newId('user') };
    const months = async (userIds: string[]) =>
      billing.client.listMemberLimits({ accountId: owner.accountId, userIds, ...actor });
    const { members, resetsAt } = await months([idle, owner.userId, unlimited]);
    expect(members).toEqual([
      { userId: idle, monthlyLimitNanoUsd: undefined, usedNanoUsd: 0n, heldNanoUsd: 0n },
      { userId: owner.userId, monthlyLimitNanoUsd: 300n, usedNanoUsd: 25n, heldNanoUsd: 10n },
      { userId: unlimited, monthlyLimitNanoUsd: undefined, usedNanoUsd: 40n, heldNanoUsd: 0n },
    ]);
    billing.clock.set(resetsAt?.toISOString() ?? '');
    expect((await months([owner.userId])).members).toMatchObject([
      { monthlyLimitNanoUsd: 300n, usedNanoUsd: 0n, heldNanoUsd: 0n },
    ]);
    // Of another account nothing is told.
    const other = {
      accountId: (await billing.account(1n)).accountId,
      userIds: [owner.userId],
      ...actor,
    };
    expect((await billing.client.listMemberLimits(other)).members).toMatchObject([
      { monthlyLimitNanoUsd: undefined, usedNanoUsd: 0n },
    ]);
    access.mockRestore();
  });

  it.each([
    ['scope', { scope: LimitScope.UNSPECIFIED }],
    ['period', { period: LimitPeriod.DAY }],
    ['scope_id', { scopeId: 'user_x' }],
    ['account_id', { accountId: '' }],
    ['limit_nano_usd', { limitNanoUsd: -1n }],
  ])('names %s where it is wrong', async (field, values) => {
    const request = {
      accountId: newId('account'),
      scope: LimitScope.MEMBER,
      period: LimitPeriod.MONTH,
      scopeId: newId('user'),
      limitNanoUsd: 1n,
      ...values,
    };
    expect(await billing.client.setLimit(request).catch(rpcErrorFrom)).toMatchObject({
      code: 'invalid_argument',
      field,
    });
  });

  it('of an unknown account are not found', async () => {
    const owner = { accountId: newId('account'), userId: newId('user'), keyId: newId('key') };
    const expected = { code: 'not_found', field: 'account_id' };
    expect(await billing.client.getLimits(owner).catch(rpcErrorFrom)).toMatchObject(expected);
    const setting = set(owner, LimitScope.KEY, LimitPeriod.DAY, 1n);
    expect(await setting.catch(rpcErrorFrom)).toMatchObject(expected);
  });
});
