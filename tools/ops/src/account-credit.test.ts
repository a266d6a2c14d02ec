import { describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import { stackOfFile } from './testing/stack-of-file.js';
import { Refusal } from './testing/stub-stack.js';

const accountId = newId('account');
const { stack, run } = stackOfFile();

const credit = (usd: string, reference: string) =>
  run(...['account', 'credit', '--account', accountId, '--usd', usd, '--reference', reference]);

describe('account credit', () => {
  it('adds money once for a reference', async () => {
    const transactionId = newId('transaction');
    stack.answers.set('creditAccount', () => ({ transactionId, balanceNanoUsd: 12_500_000_000n }));
    const answer = { accountId, transactionId, balanceNanoUsd: '12500000000' };
    for (const _ of [1, 2]) expect(await credit('12.50', 'tr/1')).toEqual({ code: 0, answer });
    const [first, second] = stack.calls;
    expect(first).toMatchObject(['creditAccount', { accountId, amountNanoUsd: 12_500_000_000n }]);
    expect(second).toEqual(first);
    await credit('12.50', 'tr/2');
    expect(stack.calls.at(-1)).not.toEqual(first);
  });

  it.each([
    ['not_found', 'account_id', 'account'],
    ['already_exists', 'idempotency_key', 'reference'],
  ] as const)('names the flag where billing answers %s', async (code, field, flag) => {
    stack.answers.set('creditAccount', () => {
      throw new Refusal(code, field);
    });
    expect(await credit('1', 'r')).toMatchObject({
      code: 1,
      answer: { error: { code, field: flag } },
    });
  });

  it('names a reference that is none, and calls nobody', async () => {
    expect(await credit('1', 'a b')).toMatchObject({ answer: { error: { field: 'reference' } } });
    expect(stack.calls).toEqual([]);
  });
});
