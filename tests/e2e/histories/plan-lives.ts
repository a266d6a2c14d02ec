import type Stripe from 'stripe';
import type { Random } from '../../../tools/soak/src/random.js';
import type { PaymentStack } from '../payments/payment-stack.js';
import { Subscribers } from '../payments/subscribers.js';
import { customerOf, eventsSince, sendInOrder, sendSome } from './deliveries.js';
import { PlanHistory, someDays } from './plan-history.js';

const beginsAt = new Date('2030-01-31T12:00:00Z');

/** Some histories of plans at once, on one clock: what is told of them, and what billing makes of it. */
export class PlanLives {
  private readonly histories: PlanHistory[] = [];
  private now = Math.floor(beginsAt.getTime() / 1_000);
  private clock = '';
  private known: string | undefined;
  private readonly people: Subscribers;
  /** Events of those who are not plain, which came or were lost. */
  private readonly late: string[] = [];
  /** By payment. */
  private readonly customers = new Map<string, string>();

  constructor(
    private readonly stack: PaymentStack,
    private readonly stripe: Stripe,
    private readonly random: Random,
    /** Of the events of the accounts that are not plain, those that come. */
    private readonly share: number,
  ) {
    this.people = new Subscribers(stack);
  }

  async begin(count: number): Promise<void> {
    this.stack.billing.clock.set(beginsAt);
    this.clock = await this.people.clock(beginsAt);
    const one = () => this.people.one(beginsAt, this.clock);
    const nobody = await one();
    // Every plan has its price from now on.
    for (const plan of ['pro', 'team']) await this.people.open(nobody, plan);
    for (let index = 0; index < count; index += 1) {
      const random = this.random.fork();
      const history = new PlanHistory(this.stack, this.people, await one(), await one(), random);
      this.histories.push(history);
    }
    this.known = (await this.stripe.events.list({ limit: 1 })).data[0]?.id;
  }

  /** Some days or months of all of them. */
  async round(steps: number): Promise<void> {
    for (const history of this.histories) {
      if (!(await history.hasSubscription())) await history.subscribe();
    }
    await this.tell();
    for (let step = 0; step < steps; step += 1) {
      await Promise.all(this.histories.map((history) => history.step()));
      await this.tell();
      this.now += someDays(this.random);
      await this.stack.stripe('POST', `clocks/${this.clock}/advance`, { to: this.now });
      this.stack.billing.clock.set(new Date(this.now * 1_000));
      await this.tell();
    }
  }

  /** Accounts of which the one that heard all of it has another plan, credit or payments than the other one. */
  async differences(): Promise<unknown[]> {
    const found: unknown[] = [];
    for (const history of this.histories) {
      const plain = await history.standing(history.plain);
      const other = await history.standing(history.other);
      if (!isSame(plain, other))
        found.push({ account: history.other.owner.accountId, plain, other });
    }
    return found;
  }

  private async tell(): Promise<void> {
    const events = await eventsSince(this.stripe, this.known);
    this.known = events.at(-1)?.id ?? this.known;
    for (const { data } of events) {
      const { object, id, customer } = data.object as {
        object: string;
        id?: string;
        customer?: unknown;
      };
      if (object === 'payment_intent') this.customers.set(String(id), String(customer));
    }
    const plain = new Set(this.histories.map(({ plain: { customer } }) => customer));
    const [told, left]: [string[], string[]] = [[], []];
    for (const event of events) {
      (plain.has(customerOf(event) ?? this.customerOfPayment(event)) ? told : left).push(event.id);
    }
    await sendInOrder(this.stack, told);
    this.late.push(...left);
    // Those of before may come late, or again.
    await sendSome(this.stack, this.late.slice(-200), this.random, this.share);
  }

  /** Refunds and disputes name their payment alone. */
  private customerOfPayment({ data }: Stripe.Event): string {
    const { payment_intent: intent } = data.object as { payment_intent?: unknown };
    return (typeof intent === 'string' && this.customers.get(intent)) || '';
  }
}

function isSame(one: object, other: object): boolean {
  const text = (value: object) =>
    JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part));
  return text(one) === text(other);
}
