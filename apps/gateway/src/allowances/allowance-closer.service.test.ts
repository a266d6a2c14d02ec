import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import { CloseAllowanceRequest } from '@modelbridge/contracts/billing.v1';
import { Logger } from '@modelbridge/service-kit/logging';
import { eventually } from '@modelbridge/testing-kit';
import { AllowanceCloser } from './allowance-closer.service.js';
import { allowanceBounds } from './bounds.js';
import { BillingOfCloses } from './testing/billing-of-closes.js';

const { closesAtOnce } = allowanceBounds;

let billing: BillingOfCloses;
let closer: AllowanceCloser;
beforeEach(() => {
  billing = new BillingOfCloses();
  closer = new AllowanceCloser(billing, Logger.create({ service: 'test', level: 'silent' }));
});
afterEach(() => closer.stop());

function request(allowanceId: string = newId('allowance')): CloseAllowanceRequest {
  return CloseAllowanceRequest.fromPartial({ allowanceId, step: 2, spentNanoUsd: 7n });
}

describe('AllowanceCloser', () => {
  it('closes all others though as many as it calls at once can never be closed', async () => {
    const broken = Array.from({ length: closesAtOnce }, () => request());
    for (const { allowanceId } of broken) billing.failing.set(allowanceId, status.INVALID_ARGUMENT);
    const unanswered = broken.map((each) => closer.close(each));
    const whole = Array.from({ length: 10 }, () => request());
    expect(await Promise.all(whole.map((each) => closer.close(each)))).not.toContain(false);
    expect(billing.closed).toEqual(whole);
    closer.stop();
    expect(await Promise.all(unanswered)).not.toContain(true);
  });

  it('calls side by side, and no more than its bound', async () => {
    let letGo = (): void => undefined;
    billing.gate = new Promise((resolve) => (letGo = resolve));
    const requests = Array.from({ length: 2 * closesAtOnce + 1 }, () => request());
    const closed = Promise.all(requests.map((each) => closer.close(each)));
    await eventually(() => expect(billing.calls).toBe(closesAtOnce));
    letGo();
    await closed;
    expect(billing.mostUnderWay).toBe(closesAtOnce);
    expect(billing.closed).toEqual(requests);
  });

  it.each([status.NOT_FOUND, status.FAILED_PRECONDITION, status.ALREADY_EXISTS])(
    'takes the refusal %s for an answer: there is nothing left to close',
    async (code) => {
      const refused = request();
      billing.failing.set(refused.allowanceId, code);
      expect(await closer.close(refused)).toBe(true);
      expect(billing.calls).toBe(1);
    },
  );

  it('tries again until billing answers', async () => {
    const delayed = request();
    billing.failing.set(delayed.allowanceId, status.UNAVAILABLE);
    const closed = closer.close(delayed);
    await eventually(() => expect(billing.calls).toBe(2));
    billing.failing.clear();
    expect(await closed).toBe(true);
    expect(billing.closed).toEqual([delayed]);
  });

  it('soon tries again what nobody has looked at, and seldom what billing refuses', async () => {
    const { closeRetryMs, refusedCloseRetryMs } = allowanceBounds;
    Object.assign(allowanceBounds, {
      closeRetryMs: { first: 1, most: 1 },
      refusedCloseRetryMs: { first: 60_000, most: 60_000 },
    });
    try {
      const [away, slow, broken] = [request(), request(), request()];
      billing.failing.set(away.allowanceId, status.UNAVAILABLE);
      billing.failing.set(slow.allowanceId, status.DEADLINE_EXCEEDED);
      billing.failing.set(broken.allowanceId, status.INVALID_ARGUMENT);
      const closes = [away, slow, broken].map((each) => closer.close(each));
      await eventually(() => expect(billing.calls).toBeGreaterThan(20));
      billing.failing.clear();
      expect(await Promise.all(closes.slice(0, 2))).toEqual([true, true]);
      expect(billing.closed).toHaveLength(2);
      expect(billing.closed).toEqual(expect.arrayContaining([away, slow]));
    } finally {
      Object.assign(allowanceBounds, { closeRetryMs, refusedCloseRetryMs });
    }
  });

  it('tries once more when it is told to stop, and then leaves it to whoever adopts the spool', async () => {
    const failing = request();
    billing.failing.set(failing.allowanceId, status.UNAVAILABLE);
    const closed = closer.close(failing);
    await eventually(() => expect([billing.calls, billing.underWay]).toEqual([1, 0]));
    closer.stop();
    expect(await closed).toBe(false);
    expect(billing.calls).toBe(2);
  });
});
