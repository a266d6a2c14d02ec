import { newId } from '@modelbridge/contracts';
import {
  RefusalReason,
  type GrantAllowanceRequest,
  type RateDemand,
} from '@modelbridge/contracts/billing.v1';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RunningBilling } from '../testing/running-billing.js';
import { closeRequest, grantRequest, renewRequest, type Owner } from '../testing/samples.js';

let billing: RunningBilling;
beforeAll(async () => {
  billing = await RunningBilling.start();
});
afterAll(() => billing.close());
beforeEach(() => billing.clock.set('2026-03-14T12:00:10Z'));

function demand(values: Partial<RateDemand> = {}): RateDemand {
  return {
    requests: 1n,
    tokens: 100n,
    concurrentRequests: 1,
    wantedRequests: 1n,
    wantedTokens: 100n,
    wantedConcurrentRequests: 1,
    nextWindow: false,
    ...values,
  };
}

/** 60 requests and 500,000 tokens a minute, 10 at the same time. */
async function free(): Promise<Owner> {
  const owner = { accountId: newId('account'), userId: newId('user'), keyId: newId('key') };
  await billing.client.createAccount({
    accountId: owner.accountId,
    ownerUserId: owner.userId,
    plan: 'free',
  });
  const payment = { accountId: owner.accountId, amountNanoUsd: 1_000_000n, source: 'operator' };
  await billing.client.creditAccount({ ...payment, idempotencyKey: newId('transaction') });
  return owner;
}

async function outcomeOf(request: GrantAllowanceRequest) {
  const { outcome } = await billing.client.grantAllowance(request);
  if (outcome === undefined) throw new Error('no outcome');
  return outcome;
}

async function sliceOf(request: GrantAllowanceRequest) {
  const outcome = await outcomeOf(request);
  if (outcome.$case === 'refused' || outcome.value.rate === undefined) throw new Error('refused');
  return outcome.value.rate;
}

describe('rate slices', () => {
  it('state the limits of the plan and what no gateway holds yet', async () => {
    const slice = await sliceOf(grantRequest(await free(), { rate: demand() }));
    expect(slice).toEqual({
      requests: 1n,
      tokens: 100n,
      concurrentRequests: 1,
      limitRequests: 60n,
      limitTokens: 500_000n,
      limitConcurrentRequests: 10,
      unallocatedRequests: 59n,
      unallocatedTokens: 499_900n,
      windowEndsAt: new Date('2026-03-14T12:01:00Z'),
      windowStartsInMs: 0,
      windowEndsInMs: 50_000,
    });
  });

  it('are the smaller of the plan and the key', async () => {
    const owner = await free();
    const keyRateLimits = { requestsPerMinute: 3, tokensPerMinute: 0, concurrentRequests: 50 };
    const grant = grantRequest(owner, { rate: demand(), keyRateLimits });
    expect(await sliceOf(grant)).toMatchObject({
      limitRequests: 3n,
      limitTokens: 500_000n,
      limitConcurrentRequests: 10,
      unallocatedRequests: 2n,
    });
    const more = grantRequest(owner, { rate: demand({ requests: 3n }), keyRateLimits });
    expect(await outcomeOf(more)).toMatchObject({
      value: { reason: RefusalReason.RATE_LIMITED, rate: { limitRequests: 3n } },
    });
    // As another gateway sees it that has not heard of the limit yet.
    const before = await sliceOf(grantRequest(owner, { rate: demand() }));
    expect(before).toMatchObject({ limitRequests: 60n, unallocatedRequests: 58n });
  });

  it('hold for a key without a plan, and go back when its allowance is closed', async () => {
    const owner = await billing.account(1_000_000n);
    const keyRateLimits = { requestsPerMinute: 3, tokensPerMinute: 0, concurrentRequests: 2 };
    const rate = demand({ requests: 3n, tokens: 10n ** 12n, concurrentRequests: 2 });
    const grant = grantRequest(owner, { rate, keyRateLimits });
    expect(await sliceOf(grant)).toMatchObject({ limitRequests: 3n, limitTokens: 0n });
    const another = () => grantRequest(owner, { rate: demand(), keyRateLimits });
    expect((await outcomeOf(another())).$case).toBe('refused');
    const windowEndsAt = new Date('2026-03-14T12:01:00Z');
    const rateUnused = [{ windowEndsAt, requests: 1n, tokens: 0n }];
    await billing.client.closeAllowance(closeRequest(grant, 0n, { rateUnused }));
    expect((await outcomeOf(another())).$case).toBe('granted');
    expect((await outcomeOf(another())).$case).toBe('refused');
  });

  it('are absent for an account without a plan', async () => {
    const outcome = await outcomeOf(
      grantRequest(await billing.account(1_000n), { rate: demand() }),
    );
    expect(outcome.value.rate).toBeUndefined();
  });

  it('of any number of gateways are never more than the limit, and the limit is spent to the last request', async () => {
    const owner = await free();
    const greedy = demand({
      requests: 1n,
      wantedRequests: 40n,
      concurrentRequests: 0,
      wantedConcurrentRequests: 0,
    });
    const grants = Array.from({ length: 16 }, () => grantRequest(owner, { rate: greedy }));
    const slices = await Promise.all(grants.map((grant) => sliceOf(grant)));
    expect(Number(slices.reduce((sum, { requests }) => sum + requests, 0n))).toBeLessThanOrEqual(
      60,
    );
    let refused = 0;
    let total = slices.reduce((sum, { requests }) => sum + requests, 0n);
    for (let step = 2; refused < 16; step += 1) {
      refused = 0;
      for (const grant of grants) {
        const { outcome } = await billing.client.renewAllowance(
          renewRequest(grant, {
            step,
            rate: demand({ concurrentRequests: 0, wantedConcurrentRequests: 0 }),
          }),
        );
        if (outcome?.$case === 'granted') total += 1n;
        else refused += 1;
      }
    }
    expect(total).toBe(60n);
  });

  it('are refused beyond the limit, with the time to wait, and no money is held', async () => {
    const owner = await free();
    const outcome = await outcomeOf(grantRequest(owner, { rate: demand({ requests: 61n }) }));
    expect(outcome).toMatchObject({
      $case: 'refused',
      value: { reason: RefusalReason.RATE_LIMITED },
    });
    expect((await billing.client.getCredits({ accountId: owner.accountId })).heldNanoUsd).toBe(0n);
    const all = grantRequest(owner, { rate: demand({ requests: 60n }) });
    await sliceOf(all);
    const late = await outcomeOf(grantRequest(owner, { rate: demand() }));
    expect(late).toMatchObject({
      $case: 'refused',
      value: {
        reason: RefusalReason.RATE_LIMITED,
        retryAfterMs: 50_000,
        rate: { unallocatedRequests: 0n },
      },
    });
  });

  it('begin anew with the minute, which can be asked for ahead', async () => {
    const owner = await free();
    const grant = grantRequest(owner, { rate: demand({ requests: 60n }) });
    await sliceOf(grant);
    const ahead = renewRequest(grant, { step: 2, rate: demand({ nextWindow: true }) });
    const { outcome } = await billing.client.renewAllowance(ahead);
    expect(outcome).toMatchObject({
      $case: 'granted',
      value: {
        rate: {
          requests: 1n,
          windowStartsInMs: 50_000,
          windowEndsInMs: 110_000,
          unallocatedRequests: 59n,
        },
      },
    });
    billing.clock.advance(50_000);
    expect(
      (await sliceOf(grantRequest(owner, { rate: demand({ requests: 59n }) }))).unallocatedRequests,
    ).toBe(0n);
  });

  it('go back when their allowance is closed: slots, and what was not used of the window', async () => {
    const owner = await free();
    const grant = grantRequest(owner, { rate: demand({ requests: 60n, concurrentRequests: 10 }) });
    await sliceOf(grant);
    const windowEndsAt = new Date('2026-03-14T12:01:00Z');
    const rateUnused = [{ windowEndsAt, requests: 50n, tokens: 0n }];
    await billing.client.closeAllowance(closeRequest(grant, 0n, { rateUnused }));
    const next = await sliceOf(
      grantRequest(owner, { rate: demand({ requests: 50n, concurrentRequests: 10 }) }),
    );
    expect(next.unallocatedRequests).toBe(0n);
  });

  it('do not grow when a gateway claims to return more than it had', async () => {
    const owner = await free();
    const [small, large] = [
      grantRequest(owner, { rate: demand() }),
      grantRequest(owner, { rate: demand({ requests: 59n }) }),
    ];
    await sliceOf(small);
    await sliceOf(large);
    const rateUnused = [
      { windowEndsAt: new Date('2026-03-14T12:01:00Z'), requests: 60n, tokens: 0n },
    ];
    await billing.client.closeAllowance(closeRequest(small, 0n, { rateUnused }));
    const outcome = await outcomeOf(grantRequest(owner, { rate: demand({ requests: 2n }) }));
    expect(outcome.$case).toBe('refused');
  });

  it('bound the requests at the same time over all gateways, and follow what each needs', async () => {
    const owner = await free();
    const busy = grantRequest(owner, { rate: demand({ concurrentRequests: 9 }) });
    await sliceOf(busy);
    const other = (concurrentRequests: number) =>
      grantRequest(owner, { rate: demand({ concurrentRequests }) });
    expect((await outcomeOf(other(2))).$case).toBe('refused');
    await billing.client.renewAllowance(
      renewRequest(busy, { step: 2, rate: demand({ concurrentRequests: 5 }) }),
    );
    expect((await outcomeOf(other(5))).$case).toBe('granted');
  });

  it('need a plan that exists', async () => {
    const request = { accountId: newId('account'), ownerUserId: newId('user'), plan: 'gold' };
    expect(await billing.client.createAccount(request).catch(rpcErrorFrom)).toMatchObject({
      code: 'invalid_argument',
      field: 'plan',
    });
  });
});
