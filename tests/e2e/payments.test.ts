import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import { RefundState } from '@modelbridge/contracts/billing.v1';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { eventually } from '@modelbridge/testing-kit';
import { StripeEventsService } from '../../apps/billing/src/stripe-events/stripe-events.service.js';
import { PaymentStack, usd } from './payments/payment-stack.js';

let stack: PaymentStack;
beforeAll(async () => {
  stack = await PaymentStack.start();
});
afterAll(() => stack.close());
afterEach(async () => {
  await stack.webhooks();
  await stack.stripe('PUT', 'api', {});
});

const topUp = (accountId: string, amountNanoUsd: bigint, idempotencyKey = 'a') =>
  stack.client.createTopUp({ accountId, amountNanoUsd, idempotencyKey, saveCard: false });

describe('a top-up', () => {
  it('is a page of Stripe on which a person pays, and what they paid is their balance', async () => {
    const owner = await stack.account();
    const page = await topUp(owner.accountId, 25n * usd);
    expect(await topUp(owner.accountId, 25n * usd)).toEqual(page);
    const html = await (await fetch(page.url)).text();
    expect(html).toContain('$25.00');
    const paid = await fetch(page.url, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({
        email: 'payer@example.com',
        name: 'Test Payer',
        number: '4242 4242 4242 4242',
        expiry: '12/34',
        cvc: '123',
      }),
    });
    expect(paid.headers.get('location')).toBe(
      `${stack.env['APP_URL']}/app/billing?account=${owner.accountId}&top_up=${page.sessionId}`,
    );
    await eventually(async () => expect(await stack.balance(owner)).toBe(25n * usd));
    const [entry] = await stack.history(owner);
    expect(entry).toMatchObject({
      kind: 'payment',
      amountNanoUsd: 25n * usd,
      cardBrand: 'visa',
      cardLast4: '4242',
    });
    expect(entry?.paymentIntentId).toMatch(/^pi_/);
  });

  it('that takes days is in the balance when it has come, and its payer is told where it has not', async () => {
    const owner = await stack.account();
    const pay = async (dollars: bigint, outcome: string) => {
      const page = await topUp(owner.accountId, dollars * usd, `delayed ${outcome}`);
      const paid = await stack.stripe<{ payment_status: string }>(
        'POST',
        `checkout/${page.sessionId}/pay`,
        { isDelayed: true },
      );
      expect(paid.payment_status).toBe('unpaid');
      await stack.repeat('checkout.session.completed');
      expect(await stack.notices(owner)).toEqual([]);
      await stack.stripe('POST', `checkout/${page.sessionId}/settle`, { outcome });
    };
    await pay(10n, 'failed');
    const failed = { kind: 'payment_failed', cents: 1_000 };
    await eventually(async () => expect(await stack.notices(owner)).toMatchObject([failed]));
    await stack.repeat('checkout.session.async_payment_failed');
    expect(await stack.notices(owner)).toMatchObject([failed]);
    expect(await stack.balance(owner)).toBe(0n);
    await stack.billing.database.execute('DELETE FROM notice_mail');
    await stack.billing.database.execute('DELETE FROM notice');
    await pay(20n, 'succeeded');
    await eventually(async () => expect(await stack.balance(owner)).toBe(20n * usd));
  });

  it('that is declined leaves everything as it is', async () => {
    const owner = await stack.account();
    const declined = stack.pay(owner, 10n, { number: '4000000000000002' });
    await expect(declined).rejects.toThrow(/declined/);
    expect(await stack.history(owner)).toEqual([]);
  });

  it.each([
    ['too little', 5n * usd - 10_000_000n, /from 5 to 10000 USD/],
    ['too much', 10_001n * usd, /from 5 to 10000 USD/],
    ['fractions of a cent', 5n * usd + 1n, /whole number of cents/],
  ])('of %s is refused', async (_, amount, message) => {
    const owner = await stack.account();
    const error = await topUp(owner.accountId, amount).catch(rpcErrorFrom);
    expect(error).toMatchObject({ code: 'invalid_argument', field: 'amount_nano_usd' });
    expect(error).toMatchObject({ message: expect.stringMatching(message) });
  });

  it('under a used idempotency key is refused with another amount', async () => {
    const owner = await stack.account();
    await topUp(owner.accountId, 10n * usd);
    const error = await topUp(owner.accountId, 11n * usd).catch(rpcErrorFrom);
    expect(error).toMatchObject({ code: 'already_exists', field: 'idempotency_key' });
  });

  it('of an unknown account is refused', async () => {
    const error = await topUp(newId('account'), 10n * usd).catch(rpcErrorFrom);
    expect(error).toMatchObject({ code: 'not_found', field: 'account_id' });
  });

  it('is refused while Stripe does not answer, and works afterwards', async () => {
    const owner = await stack.account();
    await stack.stripe('PUT', 'api', { refuse: { count: 20, status: 503 } });
    const error = await topUp(owner.accountId, 10n * usd).catch(rpcErrorFrom);
    expect(error).toMatchObject({ code: 'unavailable' });
    await stack.stripe('PUT', 'api', {});
    expect((await topUp(owner.accountId, 10n * usd)).url).toMatch(/^http/);
  });
});

describe('what Stripe tells', () => {
  it('counts once though it comes twice, late and out of order', async () => {
    const owner = await stack.account();
    await stack.webhooks({ duplicate: true, reorder: true, concurrency: 8, delayMs: 50 });
    await Promise.all([stack.pay(owner, 10n), stack.pay(owner, 20n), stack.pay(owner, 30n)]);
    await eventually(async () => expect(await stack.history(owner)).toHaveLength(3));
    const events = (await stack.events()).map(({ id }) => id);
    await stack.stripe('POST', 'webhooks/deliver', { events: [...events].reverse() });
    expect(await stack.balance(owner)).toBe(60n * usd);
    expect(await stack.history(owner)).toHaveLength(3);
  });

  it('is asked for where it never came', async () => {
    const owner = await stack.account();
    await stack.webhooks({ drop: true });
    await stack.pay(owner, 10n);
    expect(await stack.balance(owner)).toBe(0n);
    await stack.billing.part(StripeEventsService).catchUp();
    expect(await stack.balance(owner)).toBe(10n * usd);
  });

  it('is asked for though a later one came', async () => {
    const owner = await stack.account();
    await stack.billing.part(StripeEventsService).catchUp();
    await stack.webhooks({ drop: true });
    await stack.pay(owner, 20n);
    await stack.billing.database.execute(
      `INSERT INTO stripe_event (event_id, type, object_id, state, created_at)
       VALUES ('evt_of_later', 'charge.updated', 'pi_of_later', 'applied', now() + interval '1 day')`,
    );
    await stack.billing.part(StripeEventsService).catchUp();
    expect(await stack.balance(owner)).toBe(20n * usd);
  });

  it('is kept while Stripe does not answer, shown to operators, and has its effect later', async () => {
    const owner = await stack.account();
    await stack.webhooks({ hold: true });
    const intentId = await stack.pay(owner, 10n);
    await stack.stripe('PUT', 'api', { refuse: { count: 1_000, status: 500 } });
    const event = (await stack.events()).findLast(
      ({ type }) => type === 'payment_intent.succeeded',
    );
    await stack.stripe('POST', 'webhooks/deliver', { events: [event?.id] });
    const { events } = await eventually(async () => {
      const answer = await stack.client.listPendingStripeEvents({});
      expect(answer.events[0]?.attempts).toBeGreaterThan(0);
      return answer;
    });
    expect(events).toMatchObject([{ eventId: event?.id, objectId: intentId }]);
    expect(await stack.balance(owner)).toBe(0n);
    await stack.stripe('PUT', 'api', {});
    await eventually(async () => expect(await stack.balance(owner)).toBe(10n * usd));
    expect((await stack.client.listPendingStripeEvents({})).events).toEqual([]);
  });

  it.each([
    ['signed with another secret', { signature: 'wrong-secret' }, 401],
    ['signed an hour ago', { signature: 'stale' }, 401],
    ['not signed', { signature: 'missing' }, 400],
    ['of the live mode', { over: { livemode: true } }, 403],
    ["of another account of Stripe's", { over: { account: 'acct_1OtherAccount' } }, 403],
  ])('is refused where it is %s', async (_, forgery, status) => {
    const owner = await stack.account();
    await stack.webhooks({ hold: true });
    await stack.pay(owner, 10n);
    const events = (await stack.events()).slice(-4).map(({ id }) => id);
    const { deliveries } = await stack.stripe<{ deliveries: { status: number }[] }>(
      'POST',
      'webhooks/deliver',
      { events, ...forgery },
    );
    expect(deliveries.map((delivery) => delivery.status)).toEqual(events.map(() => status));
    expect(await stack.balance(owner)).toBe(0n);
  });

  it('of a kind that means nothing is taken once and forgotten', async () => {
    await stack.account();
    const [event] = await stack.events();
    const deliver = () =>
      stack.stripe<{ deliveries: { status: number }[] }>('POST', 'webhooks/deliver', {
        events: [event?.id],
        over: { id: `evt_${newId('transaction')}`, type: 'capability.updated' },
      });
    expect((await deliver()).deliveries).toMatchObject([{ status: 204 }]);
  });
});

describe('a refund', () => {
  const refund = (paymentIntentId: string, amountNanoUsd?: bigint, idempotencyKey = 'r') =>
    stack.client.refundPayment({
      paymentIntentId,
      amountNanoUsd,
      idempotencyKey: `${paymentIntentId}:${idempotencyKey}`,
    });

  async function paid(dollars: bigint) {
    const owner = await stack.account();
    const intentId = await stack.pay(owner, dollars);
    await eventually(async () => expect(await stack.balance(owner)).toBe(dollars * usd));
    return { owner, intentId };
  }

  it('takes the money from the balance once, however often it is asked for', async () => {
    const { owner, intentId } = await paid(20n);
    const answers = await Promise.all([1, 2, 3].map(() => refund(intentId, 5n * usd)));
    for (const { amountNanoUsd } of answers) expect(amountNanoUsd).toBe(5n * usd);
    expect(await refund(intentId, 5n * usd)).toMatchObject({ state: RefundState.ACCEPTED });
    expect(await stack.balance(owner)).toBe(15n * usd);
    expect(await refund(intentId, undefined, 'rest')).toMatchObject({ amountNanoUsd: 15n * usd });
    await eventually(async () => expect(await stack.balance(owner)).toBe(0n));
    const kinds = (await stack.history(owner)).map(({ kind, amountNanoUsd }) => [
      kind,
      amountNanoUsd,
    ]);
    expect(kinds).toEqual([
      ['refund', -15n * usd],
      ['refund', -5n * usd],
      ['payment', 20n * usd],
    ]);
  });

  it.each([
    ['more than was paid', 21n * usd, 'amount_nano_usd'],
    ['a fraction of a cent', 1n, 'amount_nano_usd'],
  ])('of %s is refused', async (_, amount, field) => {
    const { owner, intentId } = await paid(20n);
    expect(await refund(intentId, amount).catch(rpcErrorFrom)).toMatchObject({ field });
    expect(await stack.balance(owner)).toBe(20n * usd);
  });

  it('of what is spent is refused, and of what nobody paid', async () => {
    const { owner, intentId } = await paid(20n);
    await stack.billing.charge(owner, null, 15n * usd);
    expect(await refund(intentId, 6n * usd).catch(rpcErrorFrom)).toMatchObject({
      code: 'failed_precondition',
      field: 'amount_nano_usd',
      message: expect.stringContaining('5 USD'),
    });
    expect(await refund(intentId, 5n * usd)).toMatchObject({ state: RefundState.ACCEPTED });
    expect(await refund('pi_nobody').catch(rpcErrorFrom)).toMatchObject({
      code: 'not_found',
      field: 'payment_intent_id',
    });
  });

  it('whose answer is lost is made once', async () => {
    const { owner, intentId } = await paid(20n);
    await stack.stripe('PUT', 'api', { loseAnswers: 3 });
    await refund(intentId, 5n * usd);
    await eventually(async () =>
      expect(await refund(intentId, 5n * usd)).toMatchObject({ state: RefundState.ACCEPTED }),
    );
    expect(await stack.balance(owner)).toBe(15n * usd);
    expect((await stack.history(owner)).filter(({ kind }) => kind === 'refund')).toHaveLength(1);
  });

  it('that fails at the bank comes back to the balance', async () => {
    const { owner, intentId } = await paid(20n);
    await refund(intentId, 5n * usd);
    const { refundId } = await eventually(async () => {
      const [row] = await stack.billing.database.query<{ refundId: string }>(
        `SELECT refund_id AS "refundId" FROM stripe_refund WHERE payment_intent_id = $1`,
        [intentId],
      );
      if (row === undefined) throw new Error('no refund yet');
      return row;
    });
    await stack.stripe('POST', `refunds/${refundId}/fail`, {});
    await eventually(async () => expect(await stack.balance(owner)).toBe(20n * usd));
    expect((await stack.history(owner))[0]).toMatchObject({ kind: 'refund_returned' });
  });
});

describe('a dispute', () => {
  async function disputed() {
    const owner = await stack.account();
    const intentId = await stack.pay(owner, 20n);
    await eventually(async () => expect(await stack.balance(owner)).toBe(20n * usd));
    const { id } = await stack.stripe('POST', `charges/${intentId}/dispute`, {});
    await eventually(async () => expect(await stack.balance(owner)).toBe(0n));
    expect(await stack.standing(owner)).toEqual({ frozen: true });
    return { owner, disputeId: id };
  }

  it('sets the money apart and freezes the account; won, it comes back', async () => {
    const { owner, disputeId } = await disputed();
    await stack.stripe('POST', `disputes/${disputeId}/close`, { outcome: 'won' });
    await eventually(async () => expect(await stack.balance(owner)).toBe(20n * usd));
    expect(await stack.standing(owner)).toEqual({ frozen: false });
  });

  it('that is lost takes the money for good, and thaws the account', async () => {
    const { owner, disputeId } = await disputed();
    await stack.stripe('POST', `disputes/${disputeId}/close`, { outcome: 'lost' });
    await eventually(async () => expect(await stack.standing(owner)).toEqual({ frozen: false }));
    expect(await stack.balance(owner)).toBe(0n);
  });

  it('that only inquires takes nothing', async () => {
    const owner = await stack.account();
    const intentId = await stack.pay(owner, 20n);
    await eventually(async () => expect(await stack.balance(owner)).toBe(20n * usd));
    await stack.stripe('POST', `charges/${intentId}/dispute`, { isInquiry: true });
    await stack.billing.part(StripeEventsService).catchUp();
    expect(await stack.balance(owner)).toBe(20n * usd);
  });
});
