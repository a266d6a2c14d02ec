import { describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import { AccountPlan, BillingMode, Plan } from '@modelbridge/contracts/billing.v1';
import { fieldOf, stackOfFile } from '../testing/stack-of-file.js';
import { Refusal } from '../testing/stub-stack.js';

const { stack, run } = stackOfFile();

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
    for (const [field, ran] of wrong) expect(fieldOf(ran)).toBe(field);
    expect(stack.calls).toEqual([]);
    stack.answers.set('setBillingMode', () => {
      throw new Refusal('failed_precondition', 'limit_nano_usd');
    });
    const refused = await mode('--mode', 'invoice', '--credit-line-usd', '5');
    expect(fieldOf(refused)).toBe('credit_line_usd');
    expect(stack.calls).toMatchObject([['setBillingMode', { creditLineNanoUsd: 5_000_000_000n }]]);
  });
});
