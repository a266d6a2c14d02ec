import { randomUUID } from 'node:crypto';
import { newId, uuidOf } from '@modelbridge/contracts';
import { BillingMode, InvoiceState } from '@modelbridge/contracts/billing.v1';
import type { RecordedRequest } from '@modelbridge/contracts/events';
import { eventually } from '@modelbridge/testing-kit';
import type Stripe from 'stripe';
import { ChargesService } from '../../../apps/billing/src/charges/charges.service.js';
import { recorded } from '../../../apps/billing/src/testing/samples.js';
import type { Random } from '../../../tools/soak/src/random.js';
import { usd, type PaymentStack } from '../payments/payment-stack.js';
import type { Subscriber, Subscribers } from '../payments/subscribers.js';

const models = ['gpt-5.4', 'claude-opus-4-6', 'glm-5'];
const creditLine = 400n * usd;

/** What every account of a year shares. */
export interface YearWorld {
  stack: PaymentStack;
  people: Subscribers;
  stripe: Stripe;
  /** Promo codes that may be redeemed, the newest last. */
  codes: string[];
}

/** What somebody used, and on the invoice of which month it has to be. */
export interface Used {
  request: RecordedRequest;
  invoiceMonth: string;
}

type Act = () => Promise<unknown>;

export type Way = 'prepaid' | 'plan' | 'invoice';

/** What one account does in a year, by one seed. */
export class AccountYear {
  readonly used: Used[] = [];
  private readonly intents: string[] = [];
  private readonly disputes: string[] = [];
  private readonly member = newId('user');
  private acted = 0;

  constructor(
    private readonly world: YearWorld,
    readonly who: Subscriber,
    readonly way: Way,
    private readonly random: Random,
    /** It does what is in the script of its way and nothing by chance, so that a short year has all of it. */
    private readonly isScripted: boolean,
  ) {}

  private get accountId(): string {
    return this.who.owner.accountId;
  }

  async begin(): Promise<void> {
    const { accountId } = this;
    if (this.way === 'invoice') {
      const mode = BillingMode.INVOICE;
      await this.world.stack.client.setBillingMode({
        ...{ accountId, mode, creditLineNanoUsd: creditLine },
      });
    } else {
      await this.pay();
      if (this.way === 'plan') await this.subscribe('pro');
    }
  }

  /** Some days of a month. What makes no sense now is refused, here or at Stripe, as it would be there. */
  async live(now: Date, month: string, step: number): Promise<void> {
    await this.use(now, month, this.isScripted && step === 5);
    for (const act of this.isScripted ? (this.script()[step] ?? []) : this.byChance()) {
      await act().catch(() => undefined);
      this.acted += 1;
    }
  }

  /** Whatever is disputed is decided. */
  async decideAll(): Promise<void> {
    while (this.disputes.length > 0) await this.decide();
  }

  private byChance(): Act[] {
    const choices = this.acts();
    return Array.from({ length: this.random.between(0, 2) }, () => this.random.oneOf(choices));
  }

  private acts(): Act[] {
    const always = [
      ...[() => this.redeem(), () => this.refundHere(), () => this.refundThere()],
      ...[() => this.dispute(), () => this.decide(), () => this.pay()],
    ];
    switch (this.way) {
      case 'prepaid':
        return [
          ...[...always, () => this.pay(), () => this.payInVain()],
          ...[() => this.recharge(), () => this.badCard()],
        ];
      case 'plan':
        return [
          ...[...always, () => this.subscribe(), () => this.change(), () => this.change()],
          ...[() => this.change('free'), () => this.planCard('pm_card_chargeCustomerFail')],
          ...[() => this.planCard('pm_card_visa'), () => this.planCard('pm_card_visa')],
        ];
      case 'invoice':
        return [...always, ...[1, 2, 3].map(() => () => this.payInvoices())];
    }
  }

  /** By step: two of them are a month. */
  private script(): Record<number, Act[]> {
    switch (this.way) {
      case 'prepaid':
        return {
          1: [() => this.recharge(true), () => this.payInVain()],
          6: [() => this.badCard()],
          8: [() => this.pay(), () => this.dispute()],
          9: [() => this.decide('won')],
          11: [() => this.pay(), () => this.dispute()],
          13: [() => this.decide('lost')],
          15: [() => this.pay(), () => this.refundHere(), () => this.refundThere(false)],
          16: [() => this.refundThere(true), () => this.redeem()],
        };
      case 'plan':
        return {
          2: [() => this.change('team')],
          4: [() => this.change('pro')],
          6: [() => this.planCard('pm_card_chargeCustomerFail')],
          9: [() => this.planCard('pm_card_visa')],
          11: [() => this.subscribe('pro')],
          13: [() => this.refundHere(), () => this.dispute()],
          14: [() => this.decide('lost')],
          18: [() => this.change('free')],
        };
      case 'invoice':
        return {
          4: [() => this.payInvoices(), () => this.pay()],
          9: [() => this.payInvoices(), () => this.redeem()],
          15: [() => this.payInvoices()],
        };
    }
  }

  /** A few requests; now and then more than there is money for, and now and then of the month before. */
  private async use(now: Date, invoiceMonth: string, isTooMuch: boolean): Promise<void> {
    const { stack } = this.world;
    const { accountId } = this;
    const { availableNanoUsd } = await eventually(() => stack.client.getCredits({ accountId }));
    const free = availableNanoUsd + (this.way === 'invoice' ? creditLine : 0n);
    const share = isTooMuch || this.random.chance(0.04) ? 130 : this.random.between(5, 45);
    const count = this.random.between(1, 3);
    const each = (free * BigInt(share)) / 100n / BigInt(count);
    const requests = Array.from({ length: count }, () => {
      const isLate = this.random.chance(0.1) && invoiceMonth !== '2030-01-01';
      const at = isLate ? Date.parse(`${invoiceMonth}T00:00:00Z`) - 1_000 : now.getTime() - 1_000;
      const cost = (each > 0n ? each : 0n) + BigInt(this.random.between(1, 999_999));
      return recorded(
        { ...this.who.owner, ...(this.random.chance(0.3) && { userId: this.member }) },
        {
          costNanoUsd: cost.toString(),
          model: this.random.oneOf(models),
          startedAt: new Date(at).toISOString(),
          completedAt: new Date(at + 500).toISOString(),
        },
      );
    });
    const batch = { batchId: randomUUID(), requests };
    await eventually(() => stack.billing.part(ChargesService).post([batch]));
    this.used.push(...requests.map((request) => ({ request, invoiceMonth })));
  }

  private async pay(number = '4242424242424242'): Promise<void> {
    const dollars = BigInt(this.random.between(20, 200));
    const { stack } = this.world;
    this.intents.push(await stack.pay(this.who.owner, dollars, { saveCard: true, number }));
  }

  private async payInVain(): Promise<void> {
    await this.world.stack.pay(this.who.owner, 20n, { number: '4000000000000002' });
  }

  /** From now on the bank refuses the saved card, until another one pays. */
  private async badCard(): Promise<void> {
    const { people, stack } = this.world;
    const { customer } = this.who;
    const path = 'payment_methods/pm_card_chargeCustomerFail/attach';
    const { id } = await people.api('POST', path, { customer });
    await stack.billing.database.execute(
      'UPDATE stripe_card SET payment_method_id = $2 WHERE account_id = $1',
      [uuidOf('account', this.accountId), id],
    );
  }

  private async recharge(enabled = this.random.chance(0.8)): Promise<void> {
    await this.world.stack.client.setAutoRecharge({
      ...{ accountId: this.accountId, enabled },
      ...{ belowNanoUsd: 30n * usd, amountNanoUsd: 25n * usd, dailyCapNanoUsd: 50n * usd },
    });
  }

  private async redeem(): Promise<void> {
    const code = this.random.oneOf(this.world.codes);
    await this.world.stack.client.redeemPromoCode({ accountId: this.accountId, code });
  }

  /** Of a top-up, or of what was paid for a plan; by the script the newest. */
  private async anIntent(): Promise<string> {
    const newest = this.intents.at(-1);
    if (this.isScripted && this.way !== 'plan' && newest !== undefined) return newest;
    if (!this.isScripted && this.random.chance(0.6)) return this.random.oneOf(this.intents);
    const payments = await this.world.stack.history(this.who.owner);
    const ids = payments.map(({ paymentIntentId }) => paymentIntentId);
    return this.isScripted ? (ids[0] ?? '') : this.random.oneOf(ids);
  }

  private async refundHere(): Promise<void> {
    await this.world.stack.client.refundPayment({
      paymentIntentId: await this.anIntent(),
      amountNanoUsd: BigInt(this.random.between(1, 1_500)) * (usd / 100n),
      idempotencyKey: `${this.accountId}:${this.acted}`,
    });
  }

  /** In Stripe's dashboard; some of them fail. */
  private async refundThere(hasFailed = this.random.chance(0.3)): Promise<void> {
    const { stripe, stack } = this.world;
    const { id } = await stripe.refunds.create({
      payment_intent: await this.anIntent(),
      amount: this.random.between(1, 1_500),
    });
    if (hasFailed) await stack.stripe('POST', `refunds/${id}/fail`, {});
  }

  private async dispute(): Promise<void> {
    const path = `charges/${await this.anIntent()}/dispute`;
    const amount = this.random.between(100, 2_000);
    this.disputes.push((await this.world.stack.stripe('POST', path, { amount })).id);
  }

  private async decide(outcome = this.random.oneOf(['won', 'lost'])): Promise<void> {
    const id = this.disputes.shift();
    if (id === undefined) return;
    await this.world.stack.stripe('POST', `disputes/${id}/close`, { outcome });
  }

  private subscribe(plan = this.random.oneOf(['pro', 'team'])): Promise<void> {
    return this.world.people.subscribe(this.who, plan);
  }

  private change(plan = this.random.oneOf(['pro', 'team'])): Promise<unknown> {
    return this.world.people.change(this.who, plan);
  }

  private planCard(method: string): Promise<unknown> {
    return this.world.people.withFailingCard(this.who, method);
  }

  /** What somebody does on Stripe's pages of the invoices that are open. */
  private async payInvoices(): Promise<void> {
    const { stack, stripe, people } = this.world;
    const { customer } = this.who;
    const request = { accountId: this.accountId, limit: 0, beforeMonth: '' };
    const { invoices } = await stack.client.listInvoices(request);
    if (!invoices.some(({ state }) => state === InvoiceState.OPEN)) return;
    const card = await people.api('POST', 'payment_methods/pm_card_visa/attach', { customer });
    for (const { id } of (await stripe.invoices.list({ customer, status: 'open' })).data) {
      await stripe.invoices.pay(id ?? '', { payment_method: card.id });
    }
  }
}
