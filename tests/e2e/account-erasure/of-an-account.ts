import { describe, expect, it, jest } from '@jest/globals';
import { uuidOf } from '@modelbridge/contracts';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { eventually } from '@modelbridge/testing-kit';
import { ErasureRepository } from '../../../apps/billing/src/erasure/erasure.repository.js';
import { recordLives } from '../../../apps/billing/src/erasure/record-lives.js';
import { StripeCustomers } from '../../../apps/billing/src/stripe/stripe-customers.service.js';
import { refused } from '../../../apps/billing/src/testing/outcomes.js';
import { grantRequest } from '../../../apps/billing/src/testing/samples.js';
import { usd } from '../payments/payment-stack.js';
import { atStripe, customerOf, erase, person, stack, tablesWith, webhook } from './people.js';

describe('a person', () => {
  it('is parted from what they paid: the books stay and agree, and nobody is in them', async () => {
    const { owner, team } = await person();
    const customer = await customerOf(owner);
    const user = uuidOf('user', owner.userId);
    // The control: a search that finds nothing would prove nothing.
    expect(await tablesWith(user)).toEqual(
      expect.arrayContaining(['billing_account', 'monthly_usage', 'notice_mail', 'spend_limit']),
    );
    expect(await tablesWith(owner.userId)).toContain('notice');
    const before = await stack.history(owner);

    const { went, stayed } = await erase(owner);
    expect(went).toMatchObject({
      ...{ webhooks: 1, auto_recharges: 1, saved_cards: 1, card_details: 1, payment_pages: 1 },
      ...{ limits: 2, pseudonymised_usage: 2, pseudonymised_counters: 1 },
      pseudonymised_accounts: 1,
    });
    expect(stayed).toMatchObject({ balance_changes: 1, payments: 1, charged_requests: 1 });

    for (const text of [user, owner.userId, webhook]) {
      expect((await tablesWith(text)).filter((table) => recordLives[table] !== 'passes')).toEqual(
        [],
      );
    }
    expect(await atStripe(customer)).toMatchObject({ deleted: true });
    expect(await stack.balance(owner)).toBe(19n * usd);
    expect(await stack.balance(team)).toBe(9n * usd);
    expect(await stack.history(owner)).toEqual(
      before.map((entry) => ({ ...entry, cardBrand: '', cardLast4: '' })),
    );
    const { checks } = await stack.client.checkInvariants({ full: true });
    expect(checks.filter(({ violations }) => violations > 0n)).toEqual([]);
    const again = await erase(owner);
    expect(again).toEqual({ went: {}, stayed });
  });

  it('is erased however often that is cut off, and counted once', async () => {
    const { owner } = await person();
    const [customers, repository] = [
      stack.billing.part(StripeCustomers),
      stack.billing.part(ErasureRepository),
    ];
    const [close, remove, kept] = [
      repository.close.bind(repository),
      customers.delete.bind(customers),
      repository.kept.bind(repository),
    ];
    // Each step has had its effect, and nothing after it has: as where the process is killed.
    const cut = async (step: Promise<unknown>): Promise<never> => {
      await step;
      throw new Error('the process ended');
    };
    const spies = [
      jest.spyOn(repository, 'close').mockImplementationOnce((...all) => cut(close(...all))),
      jest.spyOn(customers, 'delete').mockImplementationOnce((...all) => cut(remove(...all))),
      jest.spyOn(repository, 'kept').mockImplementationOnce((...all) => cut(kept(...all))),
    ];
    for (const _ of spies) await expect(erase(owner)).rejects.toThrow('the process ended');
    const { went } = await erase(owner);
    for (const spy of spies) spy.mockRestore();
    expect(went).toMatchObject({ webhooks: 1, pseudonymised_usage: 2 });
    expect(await tablesWith(uuidOf('user', owner.userId))).toEqual([]);
  });

  it('is not erased while something runs that has to end first', async () => {
    const owner = await stack.account(10n * usd);
    await stack.client.grantAllowance(grantRequest(owner, { minimumNanoUsd: usd }));
    const refusal = erase(owner);
    await expect(refusal).rejects.toMatchObject({
      code: 'failed_precondition',
      message: expect.stringContaining('1 allowances'),
    });
    // And nothing new begins.
    expect(refused(await stack.client.grantAllowance(grantRequest(owner)))).toBeDefined();
  });

  it('stays erased, whatever comes late', async () => {
    const { owner } = await person();
    const intentId = (await stack.history(owner))[0]?.paymentIntentId ?? '';
    const customer = await customerOf(owner);
    await erase(owner);
    const refund = { paymentIntentId: intentId, amountNanoUsd: 5n * usd, idempotencyKey: intentId };
    await stack.client.refundPayment(refund);
    await eventually(async () => expect(await stack.balance(owner)).toBe(14n * usd));
    await stack.repeat('payment_intent.succeeded');
    const opening = stack.client.createTopUp({
      ...{ accountId: owner.accountId, amountNanoUsd: 25n * usd },
      ...{ idempotencyKey: 'late', saveCard: true },
    });
    expect(rpcErrorFrom(await opening.catch((error: unknown) => error))).toMatchObject({
      code: 'failed_precondition',
      field: 'account_id',
    });
    expect(await customerOf(owner)).toBe(customer);
    const account = uuidOf('account', owner.accountId);
    for (const table of ['notice', 'stripe_card', 'auto_recharge', 'account_webhook']) {
      expect(
        await stack.billing.database.query(`SELECT FROM ${table} WHERE account_id = $1`, [account]),
      ).toEqual([]);
    }
    const cards = await stack.billing.database.query(
      'SELECT FROM stripe_payment WHERE account_id = $1 AND card_last4 IS NOT NULL',
      [account],
    );
    expect(cards).toEqual([]);
  });
});
