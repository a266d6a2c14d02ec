import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '@modelbridge/testing-kit';
import Stripe from 'stripe';
import { PeriodEndsService } from '../../../apps/billing/src/account-plans/period-ends.service.js';
import { RechargesService } from '../../../apps/billing/src/auto-recharge/recharges.service.js';
import { ExpiriesService } from '../../../apps/billing/src/grants/expiries.service.js';
import { InvoicesService } from '../../../apps/billing/src/invoices/invoices.service.js';
import { StripeEventsService } from '../../../apps/billing/src/stripe-events/stripe-events.service.js';
import { Random } from '../../../tools/soak/src/random.js';
import { usd, type PaymentStack } from '../payments/payment-stack.js';
import { Subscribers } from '../payments/subscribers.js';
import { AccountYear, type Way, type YearWorld } from './account-year.js';

const beginsAt = new Date('2030-01-01T12:00:00Z');
const ways: Way[] = ['prepaid', 'plan', 'invoice', 'plan', 'prepaid'];
/** Accounts that act at the same time. */
const atOnce = 8;
/** How long nothing may happen while something is awaited. */
const stuckMs = 120_000;

/** Twelve months of many accounts, in which each is charged, pays, changes its mind and is invoiced. */
export class BillingYear {
  readonly accounts: AccountYear[] = [];
  readonly stripe: Stripe;
  private readonly world: YearWorld;

  constructor(
    readonly stack: PaymentStack,
    private readonly random: Random,
  ) {
    const { hostname: host, port } = new URL(stack.sandbox.url);
    const settings = { protocol: 'http', host, port, telemetry: false } as const;
    this.stripe = new Stripe(stack.env['STRIPE_SECRET_KEY'] ?? '', settings);
    this.world = { stack, people: new Subscribers(stack), stripe: this.stripe, codes: [] };
  }

  async live(count: number, told: (month: string) => void = () => undefined): Promise<void> {
    await this.stack.webhooks({ concurrency: 8 });
    this.stack.billing.clock.set(beginsAt);
    const clock = await this.world.people.clock(beginsAt);
    for (let index = 0; index < count; index += 1) {
      const who = await this.world.people.one(beginsAt, clock);
      const way = ways[index % ways.length] ?? 'prepaid';
      const isScripted = index < 3;
      this.accounts.push(new AccountYear(this.world, who, way, this.random.fork(), isScripted));
    }
    await this.each((account) => account.begin());
    for (let month = 0; month < 12; month += 1) {
      const first = new Date(Date.UTC(2030, month, 1)).toISOString().slice(0, 10);
      await this.addCode(month);
      const days = [this.random.between(2, 8), this.random.between(16, 24)];
      for (const [half, day] of days.entries()) {
        const now = new Date(Date.UTC(2030, month, day, this.random.between(0, 23)));
        await this.advance(clock, now);
        await this.each((account) => account.live(now, first, 2 * month + half));
      }
      if (month === 11) await this.each((account) => account.decideAll());
      await this.advance(clock, new Date(Date.UTC(2030, month + 1, 1, 7)));
      // Twice: what a busy machine could not do at once is done now.
      for (const _ of [1, 2]) await this.stack.billing.part(InvoicesService).run();
      told(first);
    }
    await this.quiet();
  }

  /** Resolves when everything that Stripe has told has had its effect. */
  async quiet(): Promise<void> {
    const events = this.stack.billing.part(StripeEventsService);
    let [left, since] = [Infinity, Date.now()];
    for (;;) {
      const { waiting } = await this.stack.stripe<{ waiting: number }>('GET', 'webhooks/waiting');
      const pending = await eventually(() => events.pending());
      const now = waiting + pending.length;
      if (now === 0) return;
      if (now < left) [left, since] = [now, Date.now()];
      if (Date.now() - since > stuckMs) {
        const stuck = pending.map(({ id, type, lastError }) => `${id} ${type} ${lastError}`);
        throw new Error(`${waiting} events are not taken, and have no effect: ${stuck.join(', ')}`);
      }
      await delay(20);
    }
  }

  /** Time passes, and what it brings has its effect, there and here. */
  private async advance(clock: string, to: Date): Promise<void> {
    const { billing } = this.stack;
    await this.quiet();
    await this.stack.stripe('POST', `clocks/${clock}/advance`, { to: to.getTime() / 1_000 });
    billing.clock.set(to);
    await this.quiet();
    await eventually(() => billing.part(PeriodEndsService).sweep());
    await eventually(() => billing.part(ExpiriesService).sweep());
    await billing.part(RechargesService).run();
    await this.quiet();
  }

  /** Credit for whoever redeems it, which most of them will not have spent when it expires. */
  private async addCode(month: number): Promise<void> {
    const now = this.stack.billing.clock.now();
    const code = `YEAR-2030-${String(month + 1).padStart(2, '0')}`;
    await this.stack.client.createPromoCode({
      ...{ code, amountNanoUsd: 7n * usd + 1n, validFrom: undefined },
      validUntil: new Date(now.getTime() + 60 * 24 * 3_600_000),
      ...{ creditDays: this.random.between(5, 40), maxRedemptions: 10_000 },
    });
    this.world.codes.push(code);
  }

  private async each(act: (account: AccountYear) => Promise<void>): Promise<void> {
    const left = [...this.accounts];
    const lane = async () => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) await act(next);
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
  }
}
