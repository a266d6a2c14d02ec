import { newId } from '@modelbridge/contracts';
import { databaseErrorCode } from '@modelbridge/service-kit/database';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { GrantsService } from '../grants/grants.service.js';
import { RunningBilling } from '../testing/running-billing.js';
import type { Owner } from '../testing/samples.js';

let billing: RunningBilling;
beforeAll(async () => {
  billing = await RunningBilling.start();
});
afterAll(() => billing.close());
beforeEach(() => billing.clock.set('2026-03-14T12:00:00Z'));

let codes = 0;

/** A new code for 5 USD that ten accounts may redeem. */
async function promo(values: object = {}): Promise<string> {
  codes += 1;
  const { promoCode } = await billing.client.createPromoCode({
    code: `spring-${codes}`,
    amountNanoUsd: 5_000_000_000n,
    validFrom: undefined,
    validUntil: new Date('2026-04-01T00:00:00Z'),
    creditDays: 30,
    maxRedemptions: 10,
    ...values,
  });
  return promoCode?.code ?? '';
}

const redeem = ({ accountId }: Owner, code: string) =>
  billing.client.redeemPromoCode({ accountId, code });
const refusal = (owner: Owner, code: string) => redeem(owner, code).catch(rpcErrorFrom);
const granted = async ({ accountId }: Owner) =>
  (await billing.client.getCredits({ accountId })).grantedNanoUsd;
const redemptions = async (code: string) =>
  (await billing.client.getPromoCode({ code })).promoCode?.redemptions;

describe('a promo code', () => {
  it('grants its credit, however it is typed, and the credit expires so many days later', async () => {
    const owner = await billing.account(0n);
    const code = await promo();
    expect(await redeem(owner, ` ${code.toLowerCase()} `)).toMatchObject({
      grant: { amountNanoUsd: 5_000_000_000n, expiresAt: new Date('2026-04-13T12:00:00Z') },
    });
    expect(await granted(owner)).toBe(5_000_000_000n);
    expect(await redemptions(code)).toBe(1);
  });

  it('is redeemed once by an account, also when it asks eight times at the same moment', async () => {
    const owner = await billing.account(0n);
    const code = await promo();
    const answers = await Promise.allSettled(Array.from({ length: 8 }, () => redeem(owner, code)));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await refusal(owner, code)).toMatchObject({ code: 'already_exists', field: 'code' });
    expect(await granted(owner)).toBe(5_000_000_000n);
    expect(await redemptions(code)).toBe(1);
  });

  it('is used up after so many, also when more accounts ask at the same moment', async () => {
    const owners = await Promise.all(Array.from({ length: 8 }, () => billing.account(0n)));
    const code = await promo({ maxRedemptions: 3 });
    const answers = await Promise.all(owners.map((owner) => refusal(owner, code)));
    const refused = answers.filter((answer) => answer !== undefined && 'message' in answer);
    expect(refused).toHaveLength(5);
    for (const answer of refused) {
      expect(answer).toMatchObject({ code: 'failed_precondition', field: 'code' });
    }
    const sums = await Promise.all(owners.map(granted));
    expect(sums.filter((sum) => sum > 0n)).toHaveLength(3);
    expect(await redemptions(code)).toBe(3);
  });

  it('cannot be redeemed more often, even where no rule has looked', async () => {
    const code = await promo({ maxRedemptions: 3 });
    const sql = 'UPDATE promo_code SET redemptions = 4 WHERE code = $1';
    const more = billing.database.execute(sql, [code]).then(() => 'accepted', databaseErrorCode);
    expect(await more).toBe('23514');
  });

  it('is not used up by a redemption that fails half-way', async () => {
    const owner = await billing.account(0n);
    const code = await promo();
    const failing = jest.spyOn(billing.part(GrantsService), 'add').mockImplementation(() => {
      throw new Error('a fault');
    });
    await expect(redeem(owner, code)).rejects.toThrow();
    failing.mockRestore();
    expect(await redemptions(code)).toBe(0);
    await redeem(owner, code);
    expect(await granted(owner)).toBe(5_000_000_000n);
  });

  it.each([
    ['that does not exist', 'not_found', () => Promise.resolve('NO-SUCH-CODE')],
    [
      'that is not valid yet, as if it did not exist',
      'not_found',
      () => promo({ validFrom: new Date('2026-03-15T00:00:00Z') }),
    ],
    [
      'that has expired',
      'failed_precondition',
      async () => {
        const code = await promo({ validUntil: new Date('2026-03-14T12:00:01Z') });
        billing.clock.set('2026-03-14T12:00:01Z');
        return code;
      },
    ],
    [
      'that was ended',
      'failed_precondition',
      async () => {
        const code = await promo();
        await billing.client.endPromoCode({ code });
        return code;
      },
    ],
  ])('%s is refused', async (_, error, code) => {
    const owner = await billing.account(0n);
    expect(await refusal(owner, await code())).toMatchObject({ code: error, field: 'code' });
    expect(await granted(owner)).toBe(0n);
  });

  it('cannot be guessed: after ten tries within an hour an account has to wait', async () => {
    const owner = await billing.account(0n);
    const code = await promo();
    const tries = Array.from({ length: 15 }, (_, index) => refusal(owner, `GUESS-${index}`));
    const answers = await Promise.all(tries);
    const counted = answers.map((answer) => (answer as { code?: string }).code).sort();
    expect(counted).toEqual([
      ...Array.from({ length: 10 }, () => 'not_found'),
      ...Array.from({ length: 5 }, () => 'resource_exhausted'),
    ]);
    expect(await refusal(owner, code)).toMatchObject({ code: 'resource_exhausted', field: 'code' });
    billing.clock.advance(60 * 60_000);
    await redeem(owner, code);
    expect(await granted(owner)).toBe(5_000_000_000n);
  });

  it('of an unknown account is refused', async () => {
    const stranger = { accountId: newId('account'), userId: '', keyId: '' };
    expect(await refusal(stranger, await promo())).toMatchObject({
      code: 'not_found',
      field: 'account_id',
    });
  });

  it.each([
    ['code', { code: 'short' }],
    ['code', { code: 'with space' }],
    ['amount_nano_usd', { amountNanoUsd: 0n }],
    ['valid_until', { validUntil: undefined }],
    ['valid_until', { validUntil: new Date('2026-03-14T12:00:00Z') }],
    ['valid_until', { validFrom: new Date('2026-04-01T00:00:00Z') }],
    ['credit_days', { creditDays: 0 }],
    ['max_redemptions', { maxRedemptions: 0 }],
  ])('names %s where it is wrong', async (field, values) => {
    expect(await promo(values).catch(rpcErrorFrom)).toMatchObject({
      code: 'invalid_argument',
      field,
    });
  });

  it('is made once', async () => {
    const code = await promo();
    expect(await promo({ code }).catch(rpcErrorFrom)).toMatchObject({
      code: 'already_exists',
      field: 'code',
    });
  });
});
