import { describe, expect, it } from '@jest/globals';
import { eventually } from '@modelbridge/testing-kit';
import { createAccount, ops } from '../operator.js';
import { stack } from './the-system.js';

interface Listed {
  payments: { kind: string; amountUsd: string; card: string; paymentIntentId: string }[];
}

/** What a browser sends that pays on Stripe's page. */
const form = () =>
  new URLSearchParams({
    email: 'payer@example.com',
    name: 'Test Payer',
    number: '4242 4242 4242 4242',
    expiry: '12/34',
    cvc: '123',
  });

describe('money', () => {
  it('comes in on the page that operators open, lets requests through, and goes back', async () => {
    const { accountId, apiKey } = await createAccount(stack, { balanceUsd: '0' });
    const ask = () =>
      fetch(`${stack.gateway}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'glm-5', messages: [{ role: 'user', content: 'Hi' }] }),
      });
    expect((await ask()).status).toBe(402);
    const of = ['--account', accountId];
    const { url } = await ops<{ url: string }>(stack, 'top-up', 'create', ...of, '--usd', '25');
    const paid = await fetch(url, { method: 'POST', body: form(), redirect: 'manual' });
    expect(paid.status).toBe(303);
    const [payment] = await eventually(async () => {
      const { payments } = await ops<Listed>(stack, 'payment', 'list', ...of);
      expect(payments).toHaveLength(1);
      return payments;
    });
    expect(payment).toMatchObject({
      kind: 'payment',
      amountUsd: '25',
      card: 'visa ending in 4242',
    });
    await eventually(async () => expect((await ask()).status).toBe(200));
    const refund = [
      '--payment',
      payment?.paymentIntentId ?? '',
      '--usd',
      '5',
      '--reference',
      'T-1',
    ];
    await eventually(async () =>
      expect(await ops(stack, 'payment', 'refund', ...refund)).toMatchObject({
        state: 'accepted',
        amountUsd: '5',
      }),
    );
    const { payments } = await ops<Listed>(stack, 'payment', 'list', ...of);
    expect(payments.map(({ amountUsd }) => amountUsd)).toEqual(['-5', '25']);
    await eventually(async () =>
      expect(await ops(stack, 'stripe-event', 'list')).toEqual({ events: [] }),
    );
  });
});
