import { newId } from '@modelbridge/contracts';
import { LimitPeriod, LimitScope, RefusalReason } from '@modelbridge/contracts/billing.v1';
import { billingAllowanceRecalled } from '@modelbridge/contracts/events';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { eventually, patienceMs } from '@modelbridge/testing-kit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { granted, refused } from '../testing/outcomes.js';
import { RunningBilling } from '../testing/running-billing.js';
import { closeRequest, grantRequest, renewRequest, type Owner } from '../testing/samples.js';
import { allowanceBounds } from './bounds.js';

const noon = '2026-03-14T12:00:00Z';
const minute = 60_000;

let billing: RunningBilling;
beforeAll(async () => {
  billing = await RunningBilling.start();
});
afterAll(() => billing.close());
beforeEach(() => billing.clock.set(noon));

async function credits(owner: Owner) {
  return billing.client.getCredits({ accountId: owner.accountId });
}

describe('granting', () => {
  it('sets aside what is wanted while much is free', async () => {
    const owner = await billing.account(1_000_000n);
    const { amountNanoUsd, idleMs, lifetimeMs } = granted(
      await billing.client.grantAllowance(grantRequest(owner, { wantedNanoUsd: 5_000n })),
    );
    expect({ amountNanoUsd, idleMs, lifetimeMs }).toEqual({
      amountNanoUsd: 5_000n,
      idleMs: 10_000,
      lifetimeMs: minute,
    });
    expect(await credits(owner)).toMatchObject({ heldNanoUsd: 5_000n, availableNanoUsd: 995_000n });
  });

  it('shrinks near the limit to one worst case, which comes back after 2 s of idleness', async () => {
    const owner = await billing.account(1_000n);
    const request = { wantedNanoUsd: 800n, requestNanoUsd: 300n, minimumNanoUsd: 50n };
    const first = granted(await billing.client.grantAllowance(grantRequest(owner, request)));
    expect(first).toMatchObject({ amountNanoUsd: 300n, idleMs: 2_000 });
  });

  it('grants the last cent where a worst case is above it and the least that is needed is not', async () => {
    const owner = await billing.account(100n);
    const request = { wantedNanoUsd: 800n, requestNanoUsd: 300n, minimumNanoUsd: 50n };
    expect(
      granted(await billing.client.grantAllowance(grantRequest(owner, request))).amountNanoUsd,
    ).toBe(100n);
  });

  it('names the limit where cap - used alone is too little', async () => {
    const owner = await billing.account(1_000_000n);
    const { accountId, userId, keyId } = owner;
    const set = { accountId, limitNanoUsd: 5_000n };
    await billing.client.setLimit({
      ...set,
      scope: LimitScope.MEMBER,
      period: LimitPeriod.MONTH,
      scopeId: userId,
    });
    await billing.client.setLimit({
      ...set,
      scope: LimitScope.KEY,
      period: LimitPeriod.DAY,
      scopeId: keyId,
      limitNanoUsd: 700n,
    });
    const answer = refused(
      await billing.client.grantAllowance(grantRequest(owner, { minimumNanoUsd: 701n })),
    );
    expect(answer).toMatchObject({
      reason: RefusalReason.INSUFFICIENT_QUOTA,
      limit: {
        scope: LimitScope.KEY,
        period: LimitPeriod.DAY,
        scopeId: keyId,
        limitNanoUsd: 700n,
        usedNanoUsd: 0n,
        resetsAt: new Date('2026-03-15T00:00:00Z'),
      },
    });
  });

  it('knows what was used this month when a limit is set in mid-month', async () => {
    const owner = await billing.account(1_000_000n);
    await billing.charge(owner, null, 400n);
    const limit = await billing.client.setLimit({
      accountId: owner.accountId,
      scope: LimitScope.MEMBER,
      period: LimitPeriod.MONTH,
      scopeId: owner.userId,
      limitNanoUsd: 1_000n,
    });
    expect(limit.limit).toMatchObject({
      usedNanoUsd: 400n,
      resetsAt: new Date('2026-04-01T00:00:00Z'),
    });
    const answer = refused(
      await billing.client.grantAllowance(grantRequest(owner, { minimumNanoUsd: 601n })),
    );
    expect(answer.reason).toBe(RefusalReason.INSUFFICIENT_QUOTA);
  });

  it('refuses a frozen account', async () => {
    const owner = await billing.account(100n);
    await billing.client.reverseCredit({
      accountId: owner.accountId,
      amountNanoUsd: 150n,
      idempotencyKey: newId('transaction'),
      reason: 'dispute',
    });
    const answer = refused(await billing.client.grantAllowance(grantRequest(owner)));
    expect(answer.reason).toBe(RefusalReason.ACCOUNT_FROZEN);
  });
});

describe('steps', () => {
  it('answers a repeated grant with its first answer and holds the money once', async () => {
    const owner = await billing.account(1_000n);
    const request = grantRequest(owner, { minimumNanoUsd: 100n });
    const first = await billing.client.grantAllowance(request);
    billing.clock.advance(10_000);
    expect(await billing.client.grantAllowance(request)).toEqual(first);
    expect((await credits(owner)).heldNanoUsd).toBe(100n);
  });

  it('answers twenty simultaneous repetitions of a grant alike', async () => {
    const owner = await billing.account(1_000n);
    const request = grantRequest(owner, { minimumNanoUsd: 100n });
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => billing.client.grantAllowance(request)),
    );
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect((await credits(owner)).heldNanoUsd).toBe(100n);
  });

  it('refuses the same step with another body', async () => {
    const owner = await billing.account(1_000n);
    const request = grantRequest(owner);
    await billing.client.grantAllowance(request);
    const error = await billing.client
      .grantAllowance({ ...request, minimumNanoUsd: 2n })
      .catch(rpcErrorFrom);
    expect(error).toMatchObject({ code: 'already_exists', field: 'step' });
  });

  it('refuses a grant that comes after the close of its allowance', async () => {
    const owner = await billing.account(1_000n);
    const request = grantRequest(owner);
    expect(await billing.client.closeAllowance(closeRequest(request, 0n))).toEqual({
      releasedNanoUsd: 0n,
    });
    const error = await billing.client.grantAllowance(request).catch(rpcErrorFrom);
    expect(error).toMatchObject({ code: 'failed_precondition', field: 'step' });
    expect((await credits(owner)).heldNanoUsd).toBe(0n);
  });

  it('repeats the answer of a close', async () => {
    const owner = await billing.account(1_000n);
    const request = grantRequest(owner, { minimumNanoUsd: 100n });
    await billing.client.grantAllowance(request);
    const close = closeRequest(request, 30n);
    expect(await billing.client.closeAllowance(close)).toEqual({ releasedNanoUsd: 70n });
    expect(await billing.client.closeAllowance(close)).toEqual({ releasedNanoUsd: 70n });
    expect((await credits(owner)).heldNanoUsd).toBe(30n);
  });
});

describe('renewal', () => {
  it('adds to an allowance and prolongs it', async () => {
    const owner = await billing.account(1_000_000n);
    const grant = grantRequest(owner, { wantedNanoUsd: 100n });
    await billing.client.grantAllowance(grant);
    billing.clock.advance(50_000);
    const renewal = renewRequest(grant, { step: 1, wantedNanoUsd: 60n });
    expect(granted(await billing.client.renewAllowance(renewal))).toMatchObject({
      amountNanoUsd: 160n,
      lifetimeMs: minute,
    });
    expect((await credits(owner)).heldNanoUsd).toBe(160n);
  });

  it('prolongs where nothing is left to add', async () => {
    const owner = await billing.account(100n);
    const grant = grantRequest(owner, { minimumNanoUsd: 100n });
    await billing.client.grantAllowance(grant);
    const renewal = renewRequest(grant, { step: 1, wantedNanoUsd: 60n });
    expect(granted(await billing.client.renewAllowance(renewal)).amountNanoUsd).toBe(100n);
  });

  it('gives a part back while requests run on the rest', async () => {
    const owner = await billing.account(100n);
    const grant = grantRequest(owner, { minimumNanoUsd: 100n });
    await billing.client.grantAllowance(grant);
    const renewal = renewRequest(grant, { step: 1, returnedNanoUsd: 80n });
    expect(granted(await billing.client.renewAllowance(renewal)).amountNanoUsd).toBe(20n);
    expect((await credits(owner)).availableNanoUsd).toBe(80n);
  });

  it('never shortens an allowance, though the clock was set back', async () => {
    const owner = await billing.account(1_000_000n);
    const grant = grantRequest(owner, { wantedNanoUsd: 100n });
    await billing.client.grantAllowance(grant);
    billing.clock.advance(-20_000);
    const renewal = renewRequest(grant, { step: 2 });
    expect(granted(await billing.client.renewAllowance(renewal)).lifetimeMs).toBe(minute + 20_000);
  });

  it('is refused once the allowance has expired', async () => {
    const owner = await billing.account(100n);
    const grant = grantRequest(owner);
    await billing.client.grantAllowance(grant);
    billing.clock.advance(minute);
    const error = await billing.client
      .renewAllowance(renewRequest(grant, { step: 1 }))
      .catch(rpcErrorFrom);
    expect(error).toMatchObject({ code: 'failed_precondition', field: 'allowance_id' });
  });

  it('does not find an allowance of another account', async () => {
    const [owner, other] = await Promise.all([billing.account(100n), billing.account(100n)]);
    const grant = grantRequest(owner);
    await billing.client.grantAllowance(grant);
    const foreign = renewRequest({ ...grant, accountId: other.accountId }, { step: 1 });
    expect(await billing.client.renewAllowance(foreign).catch(rpcErrorFrom)).toMatchObject({
      code: 'not_found',
    });
  });
});

describe('money in flight', () => {
  const { recallWaitMs } = allowanceBounds;
  afterEach(() => void Object.assign(allowanceBounds, { recallWaitMs }));

  /** A grant that waits for what the test is about to do, however long that takes. */
  const waitingGrant = (owner: Owner) => {
    Object.assign(allowanceBounds, { recallWaitMs: patienceMs });
    return billing.client.grantAllowance(grantRequest(owner, { minimumNanoUsd: 50n }));
  };

  it('is recalled, and granted as soon as it comes back', async () => {
    const owner = await billing.account(100n);
    const idle = grantRequest(owner, { minimumNanoUsd: 80n });
    await billing.client.grantAllowance(idle);
    const recalls: string[] = [];
    const listener = billing.outside.messaging.subscribeLatest(billingAllowanceRecalled, {
      handle: ({ accountId }) => void recalls.push(accountId),
    });
    await billing.outside.listening();
    const waiting = waitingGrant(owner);
    await eventually(() => expect(recalls).toContain(owner.accountId));
    await billing.client.closeAllowance(closeRequest(idle, 10n));
    expect(granted(await waiting).amountNanoUsd).toBe(50n);
    await listener.stop();
  });

  it('is refused as in flight, not as too little, when it does not come back in time', async () => {
    const owner = await billing.account(100n);
    await billing.client.grantAllowance(grantRequest(owner, { minimumNanoUsd: 80n }));
    const started = performance.now();
    const answer = refused(
      await billing.client.grantAllowance(grantRequest(owner, { minimumNanoUsd: 50n })),
    );
    expect(answer.reason).toBe(RefusalReason.IN_FLIGHT);
    expect(answer.retryAfterMs).toBeGreaterThan(0);
    expect(performance.now() - started).toBeGreaterThan(recallWaitMs - 100);
  });

  it('turns into too little once it is charged', async () => {
    const owner = await billing.account(100n);
    const busy = grantRequest(owner, { minimumNanoUsd: 80n });
    await billing.client.grantAllowance(busy);
    const waiting = waitingGrant(owner);
    await billing.charge(owner, busy.allowanceId, 80n);
    expect(refused(await waiting).reason).toBe(RefusalReason.INSUFFICIENT_QUOTA);
  });
});

describe('racing', () => {
  it('never grants more than the limit over two replicas of billing', async () => {
    const replica = await RunningBilling.start(billing);
    const owner = await billing.account(2_000n);
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => {
        const { client } = index % 2 === 0 ? billing : replica;
        return client.grantAllowance(grantRequest(owner, { minimumNanoUsd: 30n }));
      }),
    );
    const grants = answers.filter(({ outcome }) => outcome?.$case === 'granted');
    expect(grants).toHaveLength(66);
    expect((await credits(owner)).heldNanoUsd).toBe(66n * 30n);
    await replica.close();
  });

  it('never grants more than the limit to 64 racers, and leaves nothing that one more could have had', async () => {
    const owner = await billing.account(1_000n);
    const answers = await Promise.all(
      Array.from({ length: 64 }, () =>
        billing.client.grantAllowance(grantRequest(owner, { minimumNanoUsd: 30n })),
      ),
    );
    const amounts = answers.flatMap(({ outcome }) =>
      outcome?.$case === 'granted' ? [outcome.value.amountNanoUsd] : [],
    );
    const total = amounts.reduce((sum, amount) => sum + amount, 0n);
    expect(total).toBe((await credits(owner)).heldNanoUsd);
    expect(total).toBe(990n);
  });
});
