import { describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import { AccountPlan, Subscription } from '@modelbridge/contracts/billing.v1';
import { stackOfFile } from '../testing/stack-of-file.js';
import { Refusal } from '../testing/stub-stack.js';

const { stack, run: runOps } = stackOfFile();

const accountId = newId('account');
const subscription = Subscription.fromPartial({
  subscriptionId: 'sub_1',
  status: 'active',
  plan: 'pro',
  planVersion: 1,
  startsAt: new Date('2026-03-14T12:00:00Z'),
  endsAt: new Date('2026-04-14T12:00:00Z'),
});

const run = (...args: string[]) => runOps('subscription', ...args, '--account', accountId);

describe('a subscription', () => {
  it('is shown, changed and ended', async () => {
    stack.answers.set('getSubscription', () => ({ subscription }));
    stack.answers.set('changePlan', () => ({ accountPlan: AccountPlan.fromPartial({}) }));
    stack.answers.set('cancelSubscription', () => ({
      subscription: { ...subscription, status: 'canceled', hasEnded: true },
    }));
    expect(await run('show')).toMatchObject({
      code: 0,
      answer: { accountId, subscriptionId: 'sub_1', endsAt: '2026-04-14T12:00:00.000Z' },
    });
    expect(await run('change', '--plan', 'team')).toMatchObject({ code: 0, answer: { accountId } });
    expect(await run('cancel')).toMatchObject({
      code: 0,
      answer: { status: 'canceled', hasEnded: true },
    });
    expect(stack.calls).toMatchObject([
      ['getSubscription', { accountId }],
      ['changePlan', { accountId, plan: 'team' }],
      ['cancelSubscription', { accountId }],
    ]);
  });

  it('that there is none is said of the account, and a plan that nobody sells of the plan', async () => {
    const none = () => {
      throw new Refusal('not_found', 'account_id');
    };
    for (const method of ['getSubscription', 'cancelSubscription']) stack.answers.set(method, none);
    for (const command of ['show', 'cancel']) {
      expect(await run(command)).toMatchObject({
        code: 1,
        answer: { error: { field: 'account' } },
      });
    }
    expect(await run('change', '--plan', 'scale')).toMatchObject({
      code: 1,
      answer: { error: { field: 'plan' } },
    });
  });
});
