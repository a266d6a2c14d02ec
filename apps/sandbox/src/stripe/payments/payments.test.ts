import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Stripe } from 'stripe';
import { idOf } from '../core/ids.js';
import { StripeApp } from '../testing/stripe-app.js';

let app: StripeApp;
let stripe: Stripe;

beforeAll(async () => {
  app = await StripeApp.start();
  ({ stripe } = app);
});
afterAll(() => app.close());

const chargeOf = (intent: Stripe.PaymentIntent): string => idOf(intent.latest_charge) ?? '';

/** What moved for a charge, a refund or a dispute. */
async function movements(source: string): Promise<[string, number, number][]> {
  const { data } = await stripe.balanceTransactions.list({ source });
  return data.map(({ reporting_category: category, amount, fee }) => [category, amount, fee]);
}

describe('a customer', () => {
  it('is made, changed and deleted, with its metadata', async () => {
    const { id } = await stripe.customers.create({ metadata: { a: '1', b: '2' } });
    const changed = await stripe.customers.update(id, { metadata: { a: '', c: '3' }, name: 'Ada' });
    expect(changed).toMatchObject({ metadata: { b: '2', c: '3' }, name: 'Ada' });
    expect(await stripe.customers.del(id)).toEqual(expect.objectContaining({ id, deleted: true }));
    expect(await stripe.customers.retrieve(id)).toMatchObject({ id, deleted: true });
    await expect(stripe.customers.update(id, {})).rejects.toMatchObject({ statusCode: 404 });
    expect(await app.typesOf(id)).toEqual([
      'customer.created',
      'customer.updated',
      'customer.deleted',
    ]);
  });

  it('keeps cards, and no card that is another customer’s can be charged', async () => {
    const { customer, method } = await app.customerWith('visa');
    const other = await app.customerWith('mastercard');
    await expect(app.recharge({ customer, method: other.method })).rejects.toMatchObject({
      code: 'resource_missing',
      param: 'payment_method',
    });
    const { data } = await stripe.customers.listPaymentMethods(customer);
    expect(data.map(({ id, card }) => [id, card?.last4])).toEqual([[method, '4242']]);
    await stripe.paymentMethods.detach(method);
    expect((await stripe.paymentMethods.list({ customer, type: 'card' })).data).toEqual([]);
  });
});

describe('an off-session payment', () => {
  it('is charged, and its balance transaction known a moment later', async () => {
    const payer = await app.customerWith('visa');
    const intent = await app.recharge(payer, { metadata: { recharge: '1' } });
    expect(intent).toMatchObject({ status: 'succeeded', amount_received: 1_000 });
    expect(await app.typesOf(intent.id, chargeOf(intent))).toEqual([
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.succeeded',
      'charge.updated',
    ]);
    expect(await movements(chargeOf(intent))).toEqual([['charge', 1_000, 59]]);
    const { data } = await stripe.events.list({ type: 'charge.succeeded', limit: 1 });
    expect(data[0]?.data.object).toMatchObject({ balance_transaction: null, paid: true });
  });

  it.each([
    ['chargeCustomerFail', 'card_declined', 'generic_decline'],
    ['authenticationRequired', 'authentication_required', 'authentication_required'],
    ['authenticationRequiredOnSetup', 'authentication_required', 'authentication_required'],
  ])(
    'with pm_card_%s is declined with %s, the intent in the error',
    async (card, code, decline) => {
      const payer = await app.customerWith(card);
      const error = await app
        .recharge(payer)
        .catch((thrown: Stripe.errors.StripeCardError) => thrown);
      expect(error).toMatchObject({
        type: 'StripeCardError',
        statusCode: 402,
        code,
        decline_code: decline,
        payment_intent: {
          status: 'requires_payment_method',
          payment_method: null,
          last_payment_error: { code, payment_method: { id: payer.method } },
        },
      });
      const { payment_intent: intent } = error as Stripe.errors.StripeCardError;
      expect(await app.typesOf(intent?.id ?? '', idOf(intent?.latest_charge))).toEqual([
        'payment_intent.created',
        'charge.failed',
        'payment_intent.payment_failed',
      ]);
      expect(await movements(idOf(intent?.latest_charge) ?? '')).toEqual([]);
    },
  );

  it('with a card that was set up needs no authentication any more', async () => {
    const { customer, method } = await app.customerWith('authenticationRequiredOnSetup');
    const setup = await stripe.setupIntents.create({
      customer,
      payment_method: method,
      confirm: true,
      usage: 'off_session',
      return_url: `${app.origin}/kept`,
    });
    expect(setup.status).toBe('requires_action');
    const page = await fetch(setup.next_action?.redirect_to_url?.url ?? '', {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ outcome: 'complete' }),
    });
    expect(page.headers.get('location')).toBe(
      `${app.origin}/kept?setup_intent=${setup.id}&redirect_status=succeeded`,
    );
    expect(await app.recharge({ customer, method })).toMatchObject({ status: 'succeeded' });
  });

  it.each([
    ['too little', { amount: 49 }, { code: 'amount_too_small', param: 'amount' }],
    ['too much', { amount: 100_000_000 }, { code: 'amount_too_large', param: 'amount' }],
    ['no card', { payment_method: undefined }, { code: 'payment_intent_unexpected_state' }],
    ['nothing to confirm', { confirm: undefined }, { param: 'off_session' }],
  ])('is refused with %s', async (_what, over, refusal) => {
    const payer = await app.customerWith('visa');
    await expect(app.recharge(payer, over)).rejects.toMatchObject(refusal);
    expect((await stripe.paymentIntents.list({ customer: payer.customer })).data).toEqual([]);
  });

  it('can be tried again with another card, and be cancelled until it is paid', async () => {
    const { customer, method } = await app.customerWith('visa');
    const { id } = await stripe.paymentIntents.create({ amount: 500, currency: 'usd', customer });
    const automatic = { off_session: true };
    await expect(
      stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_chargeDeclined', ...automatic }),
    ).rejects.toMatchObject({ code: 'card_declined' });
    const paid = await stripe.paymentIntents.confirm(id, { payment_method: method, ...automatic });
    expect(paid.status).toBe('succeeded');
    await expect(stripe.paymentIntents.cancel(id)).rejects.toMatchObject({
      code: 'payment_intent_unexpected_state',
    });
    const open = await stripe.paymentIntents.create({ amount: 500, currency: 'usd' });
    expect(await stripe.paymentIntents.cancel(open.id)).toMatchObject({ status: 'canceled' });
  });
});

describe('a refund', () => {
  it('takes what is left and no more', async () => {
    const intent = await app.recharge(await app.customerWith('visa'));
    const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 400 });
    expect(await app.typesOf(refund.id, chargeOf(intent))).toEqual([
      'charge.succeeded',
      'charge.updated',
      'refund.created',
      'charge.refunded',
      'refund.updated',
    ]);
    await expect(
      stripe.refunds.create({ payment_intent: intent.id, amount: 601 }),
    ).rejects.toMatchObject({
      message: 'Refund amount ($6.01) is greater than unrefunded amount on charge ($6.00)',
      param: 'amount',
      statusCode: 400,
    });
    await stripe.refunds.create({ charge: chargeOf(intent) });
    await expect(stripe.refunds.create({ payment_intent: intent.id })).rejects.toMatchObject({
      code: 'charge_already_refunded',
    });
    expect(await stripe.charges.retrieve(chargeOf(intent))).toMatchObject({
      amount_refunded: 1_000,
      refunded: true,
    });
    expect(await movements(refund.id)).toEqual([['refund', -400, 0]]);
  });

  it('that fails brings the money back', async () => {
    const intent = await app.recharge(await app.customerWith('visa'));
    const { id } = await stripe.refunds.create({ payment_intent: intent.id });
    await app.control('POST', `refunds/${id}/fail`, { reason: 'lost_or_stolen_card' });
    expect(await stripe.refunds.retrieve(id)).toMatchObject({
      status: 'failed',
      failure_reason: 'lost_or_stolen_card',
    });
    expect((await movements(id)).map(([, amount]) => amount)).toEqual([1_000, -1_000]);
    expect(await stripe.charges.retrieve(chargeOf(intent))).toMatchObject({ amount_refunded: 0 });
    expect((await app.typesOf(id)).slice(-2)).toEqual(['refund.updated', 'refund.failed']);
    await expect(stripe.refunds.cancel(id)).rejects.toMatchObject({ statusCode: 400 });
  });

  it.each([
    ['pendingRefund', 'pending', 'succeeded'],
    ['refundFail', 'succeeded', 'failed'],
  ])('to pm_card_%s is %s, then %s', async (card, first, then) => {
    const intent = await app.recharge(await app.customerWith(card));
    const refund = await stripe.refunds.create({ payment_intent: intent.id });
    expect(refund.status).toBe(first);
    expect((await stripe.refunds.retrieve(refund.id)).status).toBe(then);
  });
});

describe('a dispute', () => {
  it('withdraws the amount, and gives it back where it is won', async () => {
    const intent = await app.recharge(await app.customerWith('createDispute'));
    const { data } = await stripe.disputes.list({ payment_intent: intent.id });
    const [dispute] = data as [Stripe.Dispute];
    expect(dispute).toMatchObject({
      status: 'needs_response',
      amount: 1_000,
      reason: 'fraudulent',
    });
    expect(dispute.balance_transactions.map(({ amount, fee }) => [amount, fee])).toEqual([
      [-1_000, 1_500],
    ]);
    await expect(stripe.refunds.create({ payment_intent: intent.id })).rejects.toMatchObject({
      code: 'charge_disputed',
    });
    await stripe.disputes.update(dispute.id, {
      evidence: { uncategorized_text: 'winning_evidence' },
    });
    const won = await stripe.disputes.retrieve(dispute.id);
    expect([won.status, won.balance_transactions.map(({ amount }) => amount)]).toEqual([
      'won',
      [-1_000, 1_000],
    ]);
    expect(await app.typesOf(dispute.id)).toEqual([
      'charge.dispute.created',
      'charge.dispute.funds_withdrawn',
      'charge.dispute.updated',
      'charge.dispute.closed',
      'charge.dispute.funds_reinstated',
    ]);
    await expect(stripe.disputes.close(dispute.id)).rejects.toMatchObject({ statusCode: 400 });
  });

  it('is opened and lost on demand, and an inquiry withdraws nothing', async () => {
    const payer = await app.customerWith('visa');
    const charge = chargeOf(await app.recharge(payer));
    const { id } = await app.control<{ id: string }>('POST', `charges/${charge}/dispute`);
    const lost = await app.control('POST', `disputes/${id}/close`, { outcome: 'lost' });
    expect(lost).toMatchObject({ status: 'lost', balance_transactions: [{ amount: -1_000 }] });
    const asked = await app.recharge(payer);
    const inquiry = await app.control('POST', `charges/${asked.id}/dispute`, { isInquiry: true });
    expect(inquiry).toMatchObject({ status: 'warning_needs_response', balance_transactions: [] });
  });
});
