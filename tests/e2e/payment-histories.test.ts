import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidOf } from '@modelbridge/contracts';
import Stripe from 'stripe';
import { RechargesService } from '../../apps/billing/src/auto-recharge/recharges.service.js';
import { StripeEventsService } from '../../apps/billing/src/stripe-events/stripe-events.service.js';
import type { Owner } from '../../apps/billing/src/testing/samples.js';
import { Random } from '../../tools/soak/src/random.js';
import { PaymentStack, usd } from './payments/payment-stack.js';

/** `npm run histories` tries thousands. */
const histories = Number(process.env['PAYMENT_HISTORIES'] ?? 16);
const firstSeed = Number(process.env['PAYMENT_HISTORIES_SEED'] ?? 1);
const atOnce = 16;
const minuteMs = 60_000;

let stack: PaymentStack;
let stripe: Stripe;
beforeAll(async () => {
  stack = await PaymentStack.start();
  const { hostname, port } = new URL(stack.sandbox.url);
  stripe = new Stripe(stack.env['STRIPE_SECRET_KEY'] ?? '', {
    ...{ protocol: 'http', host: hostname, port, telemetry: false },
  });
  // An event comes when a test sends it; else only Stripe's list tells of it.
  await stack.webhooks({ drop: true });
});
afterAll(() => stack.close());

/** An account and what happens to its money at Stripe, by one seed. */
class History {
  private readonly intents: string[] = [];
  private readonly refunds: string[] = [];
  private readonly disputes: string[] = [];
  private steps = 0;

  constructor(
    readonly owner: Owner,
    private readonly random: Random,
  ) {}

  async go(steps: number): Promise<void> {
    for (let step = 0; step < steps; step += 1) {
      const act = this.random.oneOf([
        ...[this.pay, this.refundHere, this.refundThere, this.failRefund],
        ...[this.dispute, this.decide, this.recharge],
      ]);
      // What makes no sense now is refused, here or at Stripe, as it would be there.
      await act.call(this).catch(() => undefined);
      this.steps += 1;
    }
  }

  async pay(): Promise<void> {
    const dollars = BigInt(this.random.between(5, 50));
    this.intents.push(await stack.pay(this.owner, dollars, { saveCard: true }));
  }

  private async refundHere(): Promise<void> {
    await stack.client.refundPayment({
      paymentIntentId: this.random.oneOf(this.intents),
      amountNanoUsd: BigInt(this.random.between(1, 1_500)) * (usd / 100n),
      idempotencyKey: `${this.owner.accountId}:${this.steps}`,
    });
  }

  private async refundThere(): Promise<void> {
    const { id } = await stripe.refunds.create({
      payment_intent: this.random.oneOf(this.intents),
      amount: this.random.between(1, 1_500),
    });
    this.refunds.push(id);
  }

  private async failRefund(): Promise<void> {
    await stack.stripe('POST', `refunds/${this.random.oneOf(this.refunds)}/fail`, {});
  }

  private async dispute(): Promise<void> {
    const amount = this.random.between(100, 2_000);
    const path = `charges/${this.random.oneOf(this.intents)}/dispute`;
    this.disputes.push((await stack.stripe('POST', path, { amount })).id);
  }

  private async decide(): Promise<void> {
    const outcome = this.random.oneOf(['won', 'lost']);
    await stack.stripe('POST', `disputes/${this.random.oneOf(this.disputes)}/close`, { outcome });
  }

  /** The card is charged once where what has come by now tells of one, and of an account that is not frozen. */
  private async recharge(): Promise<void> {
    const recharge = {
      ...{ accountId: this.owner.accountId, belowNanoUsd: 5_000n * usd },
      ...{ amountNanoUsd: 10n * usd, dailyCapNanoUsd: 10_000n * usd },
    };
    await stack.client.setAutoRecharge({ ...recharge, enabled: true });
    await stack.billing.part(RechargesService).run();
    await stack.client.setAutoRecharge({ ...recharge, enabled: false });
  }

  /** Cents as Stripe's own books have them: what was paid less what went back, and what is disputed now. */
  async plain(): Promise<{ net: number; disputed: number }> {
    const [row] = await stack.billing.database.query<{ id: string }>(
      'SELECT customer_id AS id FROM stripe_customer WHERE account_id = $1',
      [uuidOf('account', this.owner.accountId)],
    );
    let [net, disputed] = [0, 0];
    for await (const intent of stripe.paymentIntents.list({ customer: row?.id ?? '' })) {
      const query = { payment_intent: intent.id };
      net += intent.amount_received;
      for await (const { amount, status } of stripe.refunds.list(query)) {
        net -= status === 'failed' || status === 'canceled' ? 0 : amount;
      }
      for await (const { amount, status } of stripe.disputes.list(query)) {
        net -= status === 'won' ? 0 : amount;
        disputed += status === 'won' || status === 'lost' ? 0 : amount;
      }
    }
    return { net, disputed };
  }

  /** The same as billing's ledger has them. */
  async booked(): Promise<{ net: number; disputed: number }> {
    const [row] = await stack.billing.database.query<{ net: number; disputed: number }>(
      `SELECT coalesce(sum(credits_nano_usd - debits_nano_usd) FILTER (WHERE kind <> 'disputed'), 0)::float8 / 1e7 AS net,
              coalesce(sum(credits_nano_usd - debits_nano_usd) FILTER (WHERE kind = 'disputed'), 0)::float8 / 1e7 AS disputed
       FROM ledger_account WHERE account_id = $1`,
      [uuidOf('account', this.owner.accountId)],
    );
    return row ?? { net: NaN, disputed: NaN };
  }
}

/** Ids of the events that Stripe has made since one, the oldest first. */
async function eventsSince(known: string | undefined): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of stripe.events.list({ limit: 100 })) {
    if (id === known) break;
    ids.push(id);
  }
  return ids.reverse();
}

/** Sends some of these events, some of them twice, in any order; others are lost. */
async function send(ids: string[], random: Random, share: number): Promise<void> {
  const sent = ids.filter(() => random.chance(share));
  const again = sent.filter(() => random.chance(0.4));
  const events = random.shuffled([...sent, ...again]);
  const lanes = [0, 1, 2, 3].map((lane) => events.filter((_, index) => index % 4 === lane));
  await Promise.all(
    lanes
      .filter((lane) => lane.length > 0)
      .map((lane) => stack.stripe('POST', 'webhooks/deliver', { events: lane })),
  );
}

/** As many histories at once, whose events come mixed; `share` of them, before the list of them is read. */
async function lived(seed: number, count: number, share: number): Promise<History[]> {
  const random = new Random(seed);
  const [newest] = (await stripe.events.list({ limit: 1 })).data;
  const all: History[] = [];
  for (let index = 0; index < count; index += 1) {
    all.push(new History(await stack.account(), random.fork()));
  }
  const steps = all.map(() => random.between(1, 4));
  for (const history of all) await history.pay();
  for (const round of [1, 2]) {
    await Promise.all(all.map((history, index) => history.go(steps[index] ?? 0)));
    // The second time those of the first come late, or again.
    await send(await eventsSince(newest?.id), random, share / round);
  }
  return all;
}

/** What is not booked as it is at Stripe. */
async function differences(all: History[]): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const history of all) {
    const [plain, booked] = [await history.plain(), await history.booked()];
    if (plain.net !== booked.net || plain.disputed !== booked.disputed) {
      found.push({ account: history.owner.accountId, plain, booked });
    }
  }
  return found;
}

/** What was lost is read from Stripe's list, and what has failed is tried again. */
const catchUp = () => stack.billing.part(StripeEventsService).catchUp();

describe('histories of payments, refunds, disputes and recharges', () => {
  it(
    'end as the plain ones do, whichever of their events come late, twice, in another order or not at all',
    async () => {
      const began = Date.now();
      for (let done = 0; done < histories; done += atOnce) {
        const seed = firstSeed + done;
        const all = await lived(seed, Math.min(atOnce, histories - done), 0.8);
        await catchUp();
        expect({ seed, differences: await differences(all) }).toEqual({ seed, differences: [] });
      }
      expect(await stack.billing.part(StripeEventsService).pending()).toEqual([]);
      const { checks } = await stack.client.checkInvariants({ full: true });
      expect(checks.filter(({ violations }) => violations > 0n)).toEqual([]);
      const minutes = ((Date.now() - began) / minuteMs).toFixed(1);
      process.stderr.write(`${histories} histories from seed ${firstSeed} in ${minutes} minutes\n`);
    },
    2 * minuteMs + histories * 5_000,
  );

  it('would not, were what is lost not read from the list', async () => {
    const all = await lived(firstSeed + histories, 4, 0);
    expect(await differences(all)).toHaveLength(4);
    await catchUp();
    expect(await differences(all)).toEqual([]);
  });
});
