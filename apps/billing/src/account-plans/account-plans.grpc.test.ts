import { newId, uuidOf } from '@modelbridge/contracts';
import { BillingMode, LimitPeriod, LimitScope } from '@modelbridge/contracts/billing.v1';
import { databaseErrorCode } from '@modelbridge/service-kit/database';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { granted } from '../testing/outcomes.js';
import { RunningBilling } from '../testing/running-billing.js';
import { grantRequest, type Owner } from '../testing/samples.js';
import { PeriodEndsService } from './period-ends.service.js';

let billing: RunningBilling;
beforeAll(async () => {
  billing = await RunningBilling.start();
});
afterAll(() => billing.close());
beforeEach(() => billing.clock.set('2026-03-14T12:00:00Z'));

const nextMonth = new Date('2026-04-01T00:00:00Z');

async function planOf({ accountId }: Owner) {
  const { accountPlan } = await billing.client.getAccountPlan({ accountId });
  if (accountPlan === undefined) throw new Error('no plan in the answer');
  return accountPlan;
}

/** Requests a minute of the account's key: what the next allowance says of the plan. */
async function limitOf(owner: Owner): Promise<bigint | undefined> {
  const rate = {
    requests: 1n,
    tokens: 1n,
    concurrentRequests: 1,
    wantedRequests: 1n,
    wantedTokens: 1n,
    wantedConcurrentRequests: 1,
    nextWindow: false,
  };
  return granted(await billing.client.grantAllowance(grantRequest(owner, { rate }))).rate
    ?.limitRequests;
}

async function onPlan(plan: string): Promise<Owner> {
  const owner = await billing.account(1_000n);
  await billing.client.setPlan({ accountId: owner.accountId, plan });
  return owner;
}

const setPlan = ({ accountId }: Owner, plan: string) => billing.client.setPlan({ accountId, plan });

describe('plans', () => {
  it('are listed in the version that is in force, the smallest first', async () => {
    const { plans } = await billing.client.listPlans({});
    expect(plans.map(({ name, version, monthlyPriceCents }) => [name, version, monthlyPriceCents]))
      // By agreement: no price.
      .toEqual([
        ['free', 1, 0],
        ['pro', 1, 2_000],
        ['team', 1, 10_000],
        ['enterprise', 1, undefined],
      ]);
  });

  it.each(['UPDATE plan_version SET included_credit_nano_usd = 1', 'DELETE FROM plan_version'])(
    'never change: %s',
    async (sql) => {
      const change = billing.database.execute(sql).then(() => 'accepted', databaseErrorCode);
      expect(await change).toBe('23001');
    },
  );

  it('are kept in their version by the accounts that have it, until they change plans', async () => {
    const owner = await onPlan('pro');
    await billing.database.execute(
      `INSERT INTO plan_version SELECT name, 2, '2026-03-20Z', 3000, 0, 700, 0, 0, NULL
       FROM plan_version WHERE name = 'pro'`,
    );
    await setPlan(owner, 'pro');
    expect((await planOf(owner)).plan?.version).toBe(1);
    billing.clock.set('2026-03-21T00:00:00Z');
    const [, pro] = (await billing.client.listPlans({})).plans;
    expect(pro).toMatchObject({ version: 2, monthlyPriceCents: 3_000 });
    expect(await limitOf(owner)).toBe(600n);
    await setPlan(owner, 'pro');
    expect(await limitOf(owner)).toBe(700n);
  });
});

describe('a change of plan', () => {
  it('to a larger one takes effect at once', async () => {
    const owner = await onPlan('free');
    expect(await limitOf(owner)).toBe(60n);
    expect(await setPlan(owner, 'team')).toMatchObject({
      accountPlan: { plan: { name: 'team' }, periodEndsAt: nextMonth, nextPlan: undefined },
    });
    expect(await limitOf(owner)).toBe(3_000n);
  });

  it('to a smaller one takes effect when the period ends', async () => {
    const owner = await onPlan('team');
    const set = await setPlan(owner, 'free');
    const running = { plan: { name: 'team' }, nextPlan: { name: 'free' }, periodEndsAt: nextMonth };
    expect(set.accountPlan).toMatchObject(running);
    billing.clock.set('2026-03-31T23:59:59Z');
    await billing.part(PeriodEndsService).sweep();
    expect(await planOf(owner)).toMatchObject(running);
    billing.clock.set(nextMonth);
    await billing.part(PeriodEndsService).sweep();
    expect(await planOf(owner)).toMatchObject({
      plan: { name: 'free' },
      nextPlan: undefined,
      periodEndsAt: undefined,
    });
    expect(await limitOf(owner)).toBe(60n);
  });

  it('is withdrawn by the plan that the account has', async () => {
    const owner = await onPlan('team');
    await setPlan(owner, 'pro');
    expect((await planOf(owner)).nextPlan?.name).toBe('pro');
    await setPlan(owner, 'team');
    expect(await planOf(owner)).toMatchObject({ plan: { name: 'team' }, nextPlan: undefined });
    billing.clock.set(nextMonth);
    await billing.part(PeriodEndsService).sweep();
    expect(await planOf(owner)).toMatchObject({
      plan: { name: 'team' },
      periodStartsAt: nextMonth,
      periodEndsAt: new Date('2026-05-01T00:00:00Z'),
    });
  });

  it('into and out of no plan takes effect at once', async () => {
    const owner = await onPlan('enterprise');
    expect((await setPlan(owner, '')).accountPlan).toMatchObject({
      plan: undefined,
      periodEndsAt: undefined,
    });
    expect(await limitOf(owner)).toBeUndefined();
  });

  it('happens once though two replicas sweep at the same time', async () => {
    const other = await RunningBilling.start(billing);
    const owners = await Promise.all(Array.from({ length: 5 }, () => onPlan('pro')));
    for (const { clock } of [billing, other]) clock.set(nextMonth);
    const sweeps = [billing, other].map((replica) => replica.part(PeriodEndsService).sweep(2));
    const begun = (await Promise.all(sweeps)).reduce((sum, count) => sum + count, 0);
    expect(begun).toBeGreaterThanOrEqual(owners.length);
    expect(await billing.part(PeriodEndsService).sweep()).toBe(0);
    await other.close();
  });

  it.each([
    ['plan', 'starter'],
    ['account_id', 'pro'],
  ])('names %s where it is wrong', async (field, plan) => {
    const accountId = field === 'plan' ? (await billing.account(0n)).accountId : newId('account');
    const error = await billing.client.setPlan({ accountId, plan }).catch(rpcErrorFrom);
    expect(error).toMatchObject({ field });
  });
});

describe('the credit that a plan includes', () => {
  const granted = async ({ accountId }: Owner) => {
    const { grantedNanoUsd, nextExpiryAt } = await billing.client.getCredits({ accountId });
    return { grantedNanoUsd, nextExpiryAt };
  };
  /** 17.5 of the 31 days of March are left. */
  const share = (nanoUsd: bigint): bigint => (nanoUsd * 35n) / 62n;
  const [pro, team] = [20_000_000_000n, 100_000_000_000n];

  it('comes in proportion to what is left of the month, and expires with it', async () => {
    const owner = await onPlan('pro');
    expect(await granted(owner)).toEqual({ grantedNanoUsd: share(pro), nextExpiryAt: nextMonth });
  });

  it('comes with an account that is opened on the plan, once', async () => {
    const opened = { accountId: newId('account'), ownerUserId: newId('user'), plan: 'pro' };
    await Promise.all([1, 2].map(() => billing.client.createAccount(opened)));
    expect(await granted({ ...opened, userId: '', keyId: '' })).toMatchObject({
      grantedNanoUsd: share(pro),
    });
  });

  it('comes as the difference with a larger plan, and stays with a smaller one until it expires', async () => {
    const owner = await onPlan('pro');
    await setPlan(owner, 'team');
    const both = share(pro) + share(team - pro);
    expect((await granted(owner)).grantedNanoUsd).toBe(both);
    await setPlan(owner, 'pro');
    expect((await granted(owner)).grantedNanoUsd).toBe(both);
    billing.clock.set(nextMonth);
    await billing.part(PeriodEndsService).sweep();
    expect(await granted(owner)).toEqual({
      grantedNanoUsd: pro,
      nextExpiryAt: new Date('2026-05-01T00:00:00Z'),
    });
  });

  it('comes whole with each month, however late it is noticed, and once', async () => {
    const owner = await onPlan('pro');
    billing.clock.set('2026-05-20T10:00:00Z');
    for (const _ of [1, 2]) await billing.part(PeriodEndsService).sweep();
    expect(await granted(owner)).toEqual({
      grantedNanoUsd: pro,
      nextExpiryAt: new Date('2026-06-01T00:00:00Z'),
    });
  });

  it('comes once in a month, however often the account leaves the plan and comes back', async () => {
    const owner = await onPlan('pro');
    for (const plan of ['', 'pro', '', 'pro']) await setPlan(owner, plan);
    expect((await granted(owner)).grantedNanoUsd).toBe(share(pro));
  });
});

describe('an account', () => {
  const invoice = (owner: Owner, creditLineNanoUsd: bigint) => ({
    accountId: owner.accountId,
    mode: BillingMode.INVOICE,
    creditLineNanoUsd,
  });
  const prepaid = ({ accountId }: Owner) => ({
    accountId,
    mode: BillingMode.PREPAID,
    creditLineNanoUsd: 0n,
  });

  it('is prepaid, and has no credit line, until it is on invoice', async () => {
    const owner = await billing.account(10n);
    expect((await planOf(owner)).billingMode).toBe(BillingMode.PREPAID);
    const line = {
      accountId: owner.accountId,
      scope: LimitScope.ACCOUNT,
      period: LimitPeriod.TOTAL,
      scopeId: '',
      limitNanoUsd: 90n,
    };
    expect(await billing.client.setLimit(line).catch(rpcErrorFrom)).toMatchObject({
      code: 'failed_precondition',
      field: 'limit_nano_usd',
    });
    await billing.client.setBillingMode(invoice(owner, 90n));
    const all = grantRequest(owner, { minimumNanoUsd: 100n });
    expect((await billing.client.grantAllowance(all)).outcome?.$case).toBe('granted');
  });

  it('becomes prepaid again only while nothing is left to be invoiced', async () => {
    const owner = await billing.account(10n);
    await billing.client.setBillingMode(invoice(owner, 90n));
    await billing.charge(owner, null, 50n);
    expect(await billing.client.setBillingMode(prepaid(owner)).catch(rpcErrorFrom)).toMatchObject({
      code: 'failed_precondition',
      field: 'mode',
    });
    await billing.client.creditAccount({
      accountId: owner.accountId,
      amountNanoUsd: 40n,
      idempotencyKey: newId('transaction'),
      source: 'operator',
    });
    expect(await billing.client.setBillingMode(prepaid(owner))).toMatchObject({
      accountPlan: { billingMode: BillingMode.PREPAID, creditLineNanoUsd: 0n },
    });
    const refused = await billing.client.grantAllowance(grantRequest(owner));
    expect(refused.outcome?.$case).toBe('refused');
  });

  it('cannot be prepaid with a credit line, even where no rule has looked', async () => {
    const owner = await billing.account(10n);
    const line = { ...prepaid(owner), creditLineNanoUsd: 1n };
    expect(await billing.client.setBillingMode(line).catch(rpcErrorFrom)).toMatchObject({
      code: 'invalid_argument',
      field: 'credit_line_nano_usd',
    });
    const sql = 'UPDATE billing_account SET credit_line_nano_usd = 1 WHERE id = $1';
    const change = billing.database.execute(sql, [uuidOf('account', owner.accountId)]);
    expect(await change.then(() => 'accepted', databaseErrorCode)).toBe('23514');
  });
});
