import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { uuidOf } from '@modelbridge/contracts';
import { Metrics } from '@modelbridge/service-kit/metrics';
import { eventually } from '@modelbridge/testing-kit';
import { ProviderUsageReader } from '../../apps/billing/src/provider-costs/provider-usage.service.js';
import { reconciliationBounds } from '../../apps/billing/src/reconciliation/bounds.js';
import { ReconciliationService } from '../../apps/billing/src/reconciliation/reconciliation.service.js';
import { stripeEventBounds } from '../../apps/billing/src/stripe-events/bounds.js';
import { StripeEventsService } from '../../apps/billing/src/stripe-events/stripe-events.service.js';
import { PaymentStack, usd } from './payments/payment-stack.js';
import { Subscribers, type Subscriber } from './payments/subscribers.js';

const { settlingMs, dayLagMs } = reconciliationBounds;
let stack: PaymentStack;
beforeAll(async () => {
  // Everything up to now, and the whole of today.
  Object.assign(reconciliationBounds, { settlingMs: -60_000, dayLagMs: -24 * 3_600_000 });
  stack = await PaymentStack.start();
});
afterAll(async () => {
  Object.assign(reconciliationBounds, { settlingMs, dayLagMs });
  await stack.close();
});
beforeEach(async () => {
  await stack.webhooks();
  await stack.billing.part(StripeEventsService).catchUp();
});

const check = () => stack.client.checkPayments({});

async function paid(dollars: bigint) {
  const owner = await stack.account();
  const intentId = await stack.pay(owner, dollars);
  await eventually(async () => expect(await stack.balance(owner)).toBe(dollars * usd));
  return { owner, intentId };
}

async function expectAgreement(): Promise<bigint> {
  const { checked, ...found } = await check();
  expect(found).toEqual({ differences: 0n, examples: [] });
  return checked;
}

describe('the ledger and Stripe', () => {
  it('agree after payments, refunds and disputes of every end', async () => {
    const [refunded, returned, open, lost, won] = await Promise.all(
      [1, 2, 3, 4, 5].map(() => paid(20n)),
    );
    for (const payment of [refunded, returned]) {
      const paymentIntentId = payment?.intentId ?? '';
      await stack.client.refundPayment({
        paymentIntentId,
        amountNanoUsd: 5n * usd,
        idempotencyKey: paymentIntentId,
      });
    }
    const [row] = await stack.billing.database.query<{ id: string }>(
      'SELECT refund_id AS id FROM stripe_refund WHERE payment_intent_id = $1',
      [returned?.intentId],
    );
    await stack.stripe('POST', `refunds/${row?.id}/fail`, {});
    for (const [payment, outcome] of [[open], [lost, 'lost'], [won, 'won']] as const) {
      const { id } = await stack.stripe('POST', `charges/${payment?.intentId}/dispute`, {});
      if (outcome !== undefined) await stack.stripe('POST', `disputes/${id}/close`, { outcome });
    }
    await eventually(async () => {
      expect(await stack.balance(won!.owner)).toBe(20n * usd);
      expect(await stack.balance(returned!.owner)).toBe(20n * usd);
      expect(await stack.balance(lost!.owner)).toBe(0n);
    });
    await stack.billing.part(StripeEventsService).catchUp();
    expect(await expectAgreement()).toBeGreaterThanOrEqual(15n);
  });

  it('differ by a payment of which no event came, until one has', async () => {
    const owner = await stack.account();
    await stack.webhooks({ drop: true });
    const intentId = await stack.pay(owner, 20n);
    expect(await check()).toMatchObject({
      differences: 1n,
      examples: [`${intentId} not_booked: payment ${intentId} of 2000 cents`],
    });
    await stack.billing.part(StripeEventsService).catchUp();
    await expectAgreement();
  });

  it('differ by a payment that is booked and was never made', async () => {
    const { owner } = await paid(20n);
    const account = uuidOf('account', owner.accountId);
    await stack.billing.database.execute(
      `INSERT INTO stripe_payment (payment_intent_id, account_id, charge_id, currency, amount_cents, paid_at)
       VALUES ('pi_invented', $1, 'ch_invented', 'usd', 700, now())`,
      [account],
    );
    const { examples } = await check();
    expect(examples).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^pi_invented not_at_stripe: /),
        'pi_invented other_amount: its steps are 700 cents, the ledger has 0 nano-USD',
      ]),
    );
    await stack.billing.database.execute(
      `DELETE FROM stripe_payment WHERE payment_intent_id = 'pi_invented'`,
    );
    await expectAgreement();
  });

  it('differ by an amount that is not what was paid', async () => {
    const { intentId } = await paid(20n);
    const set = (cents: number) =>
      stack.billing.database.execute(
        'UPDATE stripe_payment SET amount_cents = $2 WHERE payment_intent_id = $1',
        [intentId, cents],
      );
    await set(2_001);
    const { examples } = await check();
    expect(examples.sort()).toEqual([
      `${intentId} not_booked: 2001 cents are booked, 2000 were paid`,
      `${intentId} other_amount: its steps are 2001 cents, the ledger has ${20n * usd} nano-USD`,
    ]);
    await set(2_000);
    await expectAgreement();
  });

  it('are compared for each day once, and what differs is kept', async () => {
    await stack.billing.part(ReconciliationService).compareDue();
    await stack.billing.part(ReconciliationService).compareDue();
    const runs = await stack.billing.database.query<{ day: string; differences: bigint }>(
      'SELECT day::text AS day, differences FROM reconciliation WHERE day IS NOT NULL',
    );
    expect(runs).toEqual([{ day: new Date().toISOString().slice(0, 10), differences: 0n }]);
    const kept = await stack.billing.database.query<{ kind: string }>(
      'SELECT DISTINCT kind FROM reconciliation_difference ORDER BY kind',
    );
    expect(kept.map(({ kind }) => kind)).toEqual(['not_at_stripe', 'not_booked', 'other_amount']);
    const left = await stack.billing.database.query('SELECT FROM reconciliation_seen');
    expect(left).toEqual([]);
  });

  it("tell of bills of providers that are not what was used, in the day's report and as a metric", async () => {
    const day = new Date(Date.now() - 24 * 3_600_000).toISOString().slice(0, 10);
    stack.billing.part(ProviderUsageReader).between = () => Promise.resolve([]);
    const report = async () => {
      await stack.billing.database.execute(
        'UPDATE reconciliation SET provider_cost_differences = NULL',
      );
      await stack.billing.part(ReconciliationService).compareDue();
      const [{ differences } = { differences: undefined }] = await stack.billing.database.query<{
        differences: bigint;
      }>(
        'SELECT provider_cost_differences AS differences FROM reconciliation WHERE day IS NOT NULL',
      );
      const metric = stack.billing
        .part(Metrics)
        .registry.getSingleMetric('modelbridge_provider_cost_differences');
      return [differences, (await metric?.get())?.values[0]?.value];
    };
    const bill = (usd: string) =>
      stack.client.importProviderBill({
        csv: Buffer.from(
          'day,provider,model,input_tokens,cache_read_tokens,cache_write_5m_tokens,cache_write_1h_tokens,output_tokens,cost_usd\n' +
            `${day},openai,gpt-5,,,,,,${usd}`,
        ),
      });
    expect(await report()).toEqual([0n, 0]);
    await bill('7');
    expect(await report()).toEqual([1n, 1]);
    expect(
      await stack.billing.database.query(
        `SELECT object_id, detail FROM reconciliation_difference WHERE kind = 'provider_cost'`,
      ),
    ).toEqual([
      {
        object_id: `${day} openai gpt-5`,
        detail:
          'not_used: cost: 7000000000 nano-USD are billed, 0 are the list price of what was used',
      },
    ]);
    await bill('0.01');
    expect(await report()).toEqual([0n, 0]);
    const imports = await stack.billing.database.query('SELECT FROM provider_bill_line');
    expect(imports).toHaveLength(2);
  });
});

describe('a plan and its subscription', () => {
  const { catchUpMostMs } = stripeEventBounds;
  let people: Subscribers;
  beforeEach(async () => {
    people = new Subscribers(stack);
    stack.billing.clock.set(new Date());
    // No event comes, and none is listed any more.
    await stack.webhooks({ drop: true });
    stripeEventBounds.catchUpMostMs = -600_000;
    await stack.billing.database.execute('DELETE FROM reconciliation');
  });
  afterEach(() => {
    Object.assign(stripeEventBounds, { catchUpMostMs });
  });

  /** Of the day's comparison. */
  async function differences(): Promise<{ objectId: string; detail: string }[]> {
    await stack.billing.database.execute('DELETE FROM reconciliation');
    await stack.billing.part(ReconciliationService).compareDue();
    return stack.billing.database.query(
      `SELECT object_id AS "objectId", detail FROM reconciliation_difference WHERE kind = 'other_plan'`,
    );
  }

  /** Somebody of whose plan everything was heard: nothing of it comes late. */
  async function subscriber(): Promise<Subscriber> {
    const who = await people.one();
    Object.assign(stripeEventBounds, { catchUpMostMs });
    await people.subscribe(who);
    await stack.billing.part(StripeEventsService).catchUp();
    stripeEventBounds.catchUpMostMs = -600_000;
    expect(await named(who)).toBe('pro');
    return who;
  }

  const named = async (who: Subscriber) => (await people.planOf(who))?.plan?.name;

  it('are brought together where nothing was heard: what was bought is had, and what has ended is not', async () => {
    const [bought, ended] = [await people.one(), await subscriber()];
    const over = await people.subscriptionOf(ended);
    await people.api('DELETE', `subscriptions/${over}`);
    await people.subscribe(bought, 'team');
    const runs = await people.subscriptionOf(bought);
    expect([await named(bought), await named(ended)]).toEqual(['free', 'pro']);
    const found = await differences();
    expect([await named(bought), await named(ended)]).toEqual(['team', 'free']);
    expect(await people.granted(bought)).toBe(100n * usd);
    expect(new Map(found.map(({ objectId, detail }) => [objectId, detail]))).toEqual(
      new Map([
        [runs, expect.stringMatching(/^the plan was free\/1, and is team\/1 from /)],
        [over, expect.stringMatching(/^the plan was pro\/1 from .*, and is free\/1$/)],
      ]),
    );
    expect(await differences()).toEqual([]);
  });

  it('are brought together where a period that was paid, or what follows it, was not heard of', async () => {
    const who = await subscriber();
    const first = await people.planOf(who);
    await people.endPeriod(who);
    const id = await people.subscriptionOf(who);
    expect((await differences()).map(({ objectId }) => objectId)).toEqual([id]);
    expect((await people.planOf(who))?.periodStartsAt).toEqual(first?.periodEndsAt);
    expect(await people.granted(who)).toBe(20n * usd);
    await people.api('POST', `subscriptions/${id}`, { cancel_at_period_end: 'true' });
    const [difference] = await differences();
    expect(difference).toMatchObject({
      objectId: id,
      detail: expect.stringContaining('then free/1'),
    });
    expect((await people.planOf(who))?.nextPlan?.name).toBe('free');
  });

  it('do not differ where events can still tell of it', async () => {
    const who = await people.one();
    Object.assign(stripeEventBounds, { catchUpMostMs });
    await people.subscribe(who);
    expect(await differences()).toEqual([]);
    expect(await named(who)).toBe('pro');
  });

  it('differ where Stripe knows of no such subscription, until somebody has looked', async () => {
    const who = await subscriber();
    const rename = (from: string, to: string) =>
      stack.billing.database.execute(
        'UPDATE subscription SET subscription_id = $2 WHERE subscription_id = $1',
        [from, to],
      );
    const id = await people.subscriptionOf(who);
    await rename(id, 'sub_invented');
    // The real one would be a second one beside it.
    await people.api('DELETE', `subscriptions/${id}`);
    expect(await differences()).toEqual([
      {
        objectId: 'sub_invented',
        detail: 'it is had here, and Stripe knows of no such subscription',
      },
    ]);
    await rename('sub_invented', id);
    await differences();
    expect(await named(who)).toBe('free');
  });
});
