import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import { AccountPlan, BillingMode, Plan } from '@modelbridge/contracts/billing.v1';
import { ops } from '../ops.js';
import { captured, Refusal, StubStack } from '../testing/stub-stack.js';

let stack: StubStack;
beforeAll(async () => {
  stack = await StubStack.start();
});
afterAll(() => stack.close());
beforeEach(() => {
  stack.answers.clear();
  stack.calls.length = 0;
});

const accountId = newId('account');
const pro = Plan.fromPartial({
  name: 'pro',
  version: 2,
  effectiveFrom: new Date('2026-01-01T00:00:00Z'),
  monthlyPriceCents: 2_000,
  includedCreditNanoUsd: 20_000_000_000n,
  requestsPerMinute: 600n,
});
const accountPlan = AccountPlan.fromPartial({
  plan: pro,
  periodEndsAt: new Date('2026-04-01T00:00:00Z'),
  billingMode: BillingMode.PREPAID,
});

async function run(...args: string[]): Promise<{ code: number; answer: unknown }> {
  const { code, out } = await captured(() => ops(['--state', stack.state, ...args]));
  return { code, answer: JSON.parse(out) };
}
const fieldOf = (answer: unknown) => (answer as { error?: { field: string } }).error?.field;

describe('plans', () => {
  it('are listed with exact money', async () => {
    stack.answers.set('listPlans', () => ({ plans: [pro] }));
    expect(await run('plan', 'list')).toMatchObject({
      code: 0,
      answer: {
        plans: [{ name: 'pro', version: 2, monthlyPriceCents: 2_000, includedCreditUsd: '20' }],
      },
    });
  });

  it('of an account are set and shown', async () => {
    stack.answers.set('setPlan', () => ({ accountPlan }));
    stack.answers.set('getAccountPlan', () => ({ accountPlan }));
    const set = await run('plan', 'set', '--account', accountId, '--plan', 'none');
    expect(stack.calls).toMatchObject([['setPlan', { accountId, plan: '' }]]);
    expect(set).toMatchObject({
      answer: { accountId, plan: { name: 'pro' }, nextPlan: null, billingMode: 'prepaid' },
    });
    expect(await run('plan', 'show', '--account', accountId)).toEqual(set);
  });

  it('and the billing mode of an account are refused in the words of the flags', async () => {
    const mode = (...more: string[]) => run('billing-mode', 'set', '--account', accountId, ...more);
    const wrong = [
      ['plan', await run('plan', 'set', '--account', accountId, '--plan', 'scale')],
      ['mode', await mode('--mode', 'barter')],
      ['credit_line_usd', await mode('--mode', 'invoice')],
      ['credit_line_usd', await mode('--mode', 'prepaid', '--credit-line-usd', '5')],
    ] as const;
    for (const [field, { answer }] of wrong) expect(fieldOf(answer)).toBe(field);
    expect(stack.calls).toEqual([]);
    stack.answers.set('setBillingMode', () => {
      throw new Refusal('failed_precondition', 'limit_nano_usd');
    });
    const refused = await mode('--mode', 'invoice', '--credit-line-usd', '5');
    expect(fieldOf(refused.answer)).toBe('credit_line_usd');
    expect(stack.calls).toMatchObject([['setBillingMode', { creditLineNanoUsd: 5_000_000_000n }]]);
  });
});
