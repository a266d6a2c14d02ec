import { describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import { PromoCode } from '@modelbridge/contracts/billing.v1';
import { fieldOf, stackOfFile } from '../testing/stack-of-file.js';
import { Refusal } from '../testing/stub-stack.js';

const { stack, run } = stackOfFile();

const accountId = newId('account');
const expiresAt = new Date('2027-01-31T00:00:00Z');

describe('credit grant', () => {
  const grant = (expires = '2027-01-31T00:00:00Z', reference = 'ticket/7') =>
    run(
      ...['credit', 'grant', '--account', accountId, '--usd', '12.50'],
      ...['--expires', expires, '--reference', reference],
    );

  it('grants once for a reference', async () => {
    const made = { grantId: newId('grant'), accountId, transactionId: newId('transaction') };
    const answer = { grant: { ...made, amountNanoUsd: 12_500_000_000n, expiresAt } };
    stack.answers.set('grantCredit', () => answer);
    expect(await grant()).toEqual({
      code: 0,
      answer: { ...made, amountNanoUsd: '12500000000', expiresAt: expiresAt.toISOString() },
    });
    await grant();
    const [first, second] = stack.calls;
    expect(first).toMatchObject(['grantCredit', { amountNanoUsd: 12_500_000_000n, expiresAt }]);
    expect(second).toEqual(first);
  });

  it('names the flag at fault', async () => {
    expect(fieldOf(await grant('tomorrow'))).toBe('expires');
    expect(fieldOf(await grant(undefined, 'a b'))).toBe('reference');
    expect(stack.calls).toEqual([]);
    stack.answers.set('grantCredit', () => {
      throw new Refusal('already_exists', 'idempotency_key');
    });
    expect(fieldOf(await grant())).toBe('reference');
  });
});

describe('promo codes', () => {
  const create = (...more: string[]) =>
    run(
      ...[
        'promo',
        'create',
        '--code',
        'spring-27',
        '--usd',
        '5',
        '--until',
        '2027-01-31T00:00:00Z',
      ],
      ...['--max-redemptions', '100', '--credit-days', '30', ...more],
    );
  const promoCode = PromoCode.fromPartial({
    code: 'SPRING-27',
    amountNanoUsd: 5_000_000_000n,
    validUntil: expiresAt,
    redemptions: 3,
  });

  it('are made, shown and ended', async () => {
    for (const method of ['createPromoCode', 'getPromoCode', 'endPromoCode']) {
      stack.answers.set(method, () => ({ promoCode }));
    }
    const made = await create();
    expect(made).toMatchObject({ code: 0, answer: { code: 'SPRING-27', amountUsd: '5' } });
    for (const word of ['show', 'end']) {
      expect(await run('promo', word, '--code', 'spring-27')).toEqual(made);
    }
    expect(stack.calls.map(([method]) => method)).toEqual([
      'createPromoCode',
      'getPromoCode',
      'endPromoCode',
    ]);
  });

  it('name the flag at fault', async () => {
    expect(fieldOf(await create('--from', 'now'))).toBe('from');
    stack.answers.set('createPromoCode', () => {
      throw new Refusal('already_exists', 'code');
    });
    expect(fieldOf(await create())).toBe('code');
    stack.answers.set('endPromoCode', () => {
      throw new Refusal('not_found', 'code');
    });
    expect(fieldOf(await run('promo', 'end', '--code', 'winter'))).toBe('code');
  });
});
