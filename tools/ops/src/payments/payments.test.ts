import { describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import { RefundState } from '@modelbridge/contracts/billing.v1';
import { stackOfFile } from '../testing/stack-of-file.js';
import { Refusal } from '../testing/stub-stack.js';

const { stack, run } = stackOfFile();

const accountId = newId('account');
const at = new Date('2026-03-14T12:00:00Z');

describe('payments', () => {
  it('of an account are listed with exact money and the card', async () => {
    const transactionId = newId('transaction');
    stack.answers.set('listPayments', () => ({
      payments: [
        {
          transactionId,
          amountNanoUsd: -5_000_000_000n,
          kind: 'refund',
          createdAt: at,
          cardBrand: 'visa',
          cardLast4: '4242',
          paymentIntentId: 'pi_1',
        },
      ],
      hasMore: true,
    }));
    const listed = await run('payment', 'list', '--account', accountId, '--before', transactionId);
    expect(stack.calls).toMatchObject([
      ['listPayments', { accountId, beforeTransactionId: transactionId }],
    ]);
    expect(listed).toMatchObject({
      code: 0,
      answer: {
        payments: [
          {
            transactionId,
            kind: 'refund',
            amountUsd: '-5',
            amountNanoUsd: '-5000000000',
            createdAt: at.toISOString(),
            card: 'visa ending in 4242',
            paymentIntentId: 'pi_1',
          },
        ],
        hasMore: true,
      },
    });
  });

  it('are refunded once for a reference', async () => {
    stack.answers.set('refundPayment', () => ({
      state: RefundState.ACCEPTED,
      amountNanoUsd: 5_000_000_000n,
      refusal: '',
    }));
    const args = ['payment', 'refund', '--payment', 'pi_1', '--usd', '5', '--reference', 'T-1'];
    for (const _ of [1, 2]) {
      expect(await run(...args)).toMatchObject({
        answer: { state: 'accepted', amountUsd: '5', refusal: null },
      });
    }
    expect(stack.calls[1]).toEqual(stack.calls[0]);
    expect(stack.calls[0]).toMatchObject([
      'refundPayment',
      { idempotencyKey: 'operator:pi_1:T-1', amountNanoUsd: 5_000_000_000n },
    ]);
  });

  it.each([
    ['payment_intent_id', 'payment'],
    ['amount_nano_usd', 'usd'],
    ['idempotency_key', 'reference'],
  ])(
    'are not refunded where billing refuses %s, in the words of the flags',
    async (field, flag) => {
      stack.answers.set('refundPayment', () => {
        throw new Refusal('failed_precondition', field);
      });
      expect(
        await run('payment', 'refund', '--payment', 'pi_1', '--reference', 'T-1'),
      ).toMatchObject({ code: 1, answer: { error: { field: flag } } });
    },
  );

  it.each([
    ['payment', ['payment', 'refund', '--payment', 'ch_1', '--reference', 'T-1']],
    ['reference', ['payment', 'refund', '--payment', 'pi_1', '--reference', 'a b']],
    ['usd', ['payment', 'refund', '--payment', 'pi_1', '--usd', '0', '--reference', 'T-1']],
    ['before', ['payment', 'list', '--account', accountId, '--before', 'pi_1']],
    ['account', ['top-up', 'create', '--account', 'pi_1', '--usd', '5']],
  ])('name --%s where it is wrong, and call nobody', async (field, args) => {
    expect(await run(...args)).toMatchObject({ answer: { error: { field } } });
    expect(stack.calls).toEqual([]);
  });

  it('can be made on a page of Stripe', async () => {
    stack.answers.set('createTopUp', () => ({
      sessionId: 'cs_1',
      url: 'https://checkout.stripe.com/cs_1',
      expiresAt: at,
    }));
    expect(await run('top-up', 'create', '--account', accountId, '--usd', '25')).toMatchObject({
      answer: { accountId, sessionId: 'cs_1', url: 'https://checkout.stripe.com/cs_1' },
    });
  });

  it('that wait for an event of Stripe to be applied are seen', async () => {
    const event = {
      eventId: 'evt_1',
      type: 'charge.succeeded',
      objectId: 'pi_1',
      attempts: 3,
    };
    stack.answers.set('listPendingStripeEvents', () => ({
      events: [{ ...event, createdAt: at, lastError: 'unavailable' }],
    }));
    expect(await run('stripe-event', 'list')).toMatchObject({
      answer: { events: [{ ...event, createdAt: at.toISOString(), lastError: 'unavailable' }] },
    });
  });
});
