import { describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import { Account, Charge, CorrectChargeResponse } from '@modelbridge/contracts/billing.v1';
import { fieldOf, stackOfFile } from '../testing/stack-of-file.js';
import { Refusal } from '../testing/stub-stack.js';

const { stack, run } = stackOfFile();

const [requestId, accountId] = [newId('request'), newId('account')];

describe('a charge', () => {
  const correct = (...more: string[]) =>
    run('charge', 'correct', '--request', requestId, '--reference', 'ticket/7', ...more);

  it('is shown with exact money', async () => {
    const charge = Charge.fromPartial({ requestId, chargedNanoUsd: 20_000_000n });
    stack.answers.set('getCharge', () => ({ charge }));
    expect(await run('charge', 'show', '--request', requestId)).toMatchObject({
      code: 0,
      answer: { requestId, chargedUsd: '0.02', chargedNanoUsd: '20000000', correctedUsd: '0' },
    });
  });

  it('is corrected once for a reference, in part or as a whole', async () => {
    const answer = CorrectChargeResponse.fromPartial({ accountId, paidNanoUsd: 20_000_000n });
    stack.answers.set('correctCharge', () => answer);
    expect(await correct('--usd', '0.02')).toMatchObject({
      code: 0,
      answer: { requestId, accountId, grantId: null, paidUsd: '0.02' },
    });
    await correct();
    const key = { requestId, idempotencyKey: `operator:${requestId}:ticket/7` };
    expect(stack.calls).toMatchObject([
      ['correctCharge', { ...key, amountNanoUsd: 20_000_000n }],
      ['correctCharge', key],
    ]);
  });

  it.each([
    ['not_found', 'request_id', 'request'],
    ['failed_precondition', 'amount_nano_usd', 'usd'],
    ['already_exists', 'idempotency_key', 'reference'],
  ] as const)('names the flag where billing answers %s %s', async (code, field, flag) => {
    stack.answers.set('correctCharge', () => {
      throw new Refusal(code, field);
    });
    expect(fieldOf(await correct('--usd', '5'))).toBe(flag);
  });
});

it('an account is frozen and unfrozen', async () => {
  const account = Account.fromPartial({ frozen: true, receivableNanoUsd: 30n });
  stack.answers.set('freezeAccount', () => ({ account }));
  stack.answers.set('unfreezeAccount', () => ({ account }));
  for (const word of ['freeze', 'unfreeze']) {
    expect(await run('account', word, '--account', accountId)).toMatchObject({
      answer: { accountId, frozen: true, frozenByOperator: false, owedUsd: '0.00000003' },
    });
  }
  expect(stack.calls).toMatchObject([
    ['freezeAccount', { accountId }],
    ['unfreezeAccount', { accountId }],
  ]);
});
