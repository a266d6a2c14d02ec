import type { Random } from '../../../tools/soak/src/random.js';
import { usd, type PaymentStack } from '../payments/payment-stack.js';
import type { Subscriber, Subscribers } from '../payments/subscribers.js';

const daySeconds = 24 * 3_600;

/**
 * Two accounts of one seed that do the same at Stripe at the same time. Of the plain one billing is told each thing when
 * it has happened, once and in order; of the other one some events come late, twice, in another order, or never.
 */
export class PlanHistory {
  private readonly disputes = new Map<Subscriber, string>();

  constructor(
    private readonly stack: PaymentStack,
    private readonly people: Subscribers,
    readonly plain: Subscriber,
    readonly other: Subscriber,
    private readonly random: Random,
  ) {}

  /** Both subscribe, which billing allows while it knows of no subscription that runs. */
  async subscribe(): Promise<void> {
    const plan = this.random.oneOf(['pro', 'team']);
    for (const who of [this.plain, this.other]) await this.people.subscribe(who, plan);
  }

  /** One thing that somebody does at Stripe, or that happens there. */
  async step(): Promise<void> {
    const current = (await this.people.planOf(this.plain))?.plan?.name ?? 'free';
    const act = this.random.oneOf([
      ...[() => this.price(current), () => this.price(current), () => this.price(current)],
      ...[() => this.cancelAtEnd(), () => this.card(), () => this.card()],
      ...[() => this.end(), () => this.refund(), () => this.dispute()],
    ])();
    // What makes no sense now is refused, of both alike.
    for (const who of [this.plain, this.other]) await act(who).catch(() => undefined);
  }

  /** What is had of the plans, and what was paid for them, as billing has it. */
  async standing(who: Subscriber) {
    const plan = await this.people.planOf(who);
    const history = await this.stack.history(who.owner);
    return {
      plan: plan?.plan?.name,
      next: plan?.nextPlan?.name,
      startsAt: plan?.periodStartsAt,
      endsAt: plan?.periodEndsAt,
      granted: await this.people.granted(who),
      payments: history
        .filter(({ kind }) => kind === 'plan_payment')
        .map(({ amountNanoUsd }) => String(amountNanoUsd / (usd / 100n)))
        .sort(),
      // A dispute that was won by the time it was heard of was never booked, nor that it was won.
      paid: history.reduce((sum, { amountNanoUsd }) => sum + amountNanoUsd, 0n),
      ...(await this.stack.standing(who.owner)),
    };
  }

  async hasSubscription(): Promise<boolean> {
    return (await this.people.subscriptionOf(this.plain)) !== '';
  }

  /** As billing asks for it: a larger price at once, a smaller one from the next period on. */
  private price(current: string): (who: Subscriber) => Promise<unknown> {
    const target = this.random.oneOf(['pro', 'team']);
    const isLarger = current === 'pro' && target === 'team';
    return async (who) => {
      const id = await this.people.subscriptionOf(who);
      const { items } = await this.people.api<{ items: { data: { id: string }[] } }>(
        'GET',
        `subscriptions/${id}`,
      );
      const { data } = await this.people.api<{ data: { id: string }[] }>(
        'GET',
        `prices?lookup_keys[0]=plan_${target}_v1`,
      );
      return this.people.api('POST', `subscriptions/${id}`, {
        'items[0][id]': items.data[0]?.id ?? '',
        'items[0][price]': data[0]?.id ?? '',
        proration_behavior: isLarger ? 'always_invoice' : 'none',
        ...(isLarger && { payment_behavior: 'pending_if_incomplete' }),
      });
    };
  }

  private cancelAtEnd(): (who: Subscriber) => Promise<unknown> {
    const cancel_at_period_end = String(this.random.chance(0.6));
    return async (who) =>
      this.people.api('POST', `subscriptions/${await this.people.subscriptionOf(who)}`, {
        cancel_at_period_end,
      });
  }

  private card(): (who: Subscriber) => Promise<unknown> {
    const method = this.random.oneOf(['pm_card_visa', 'pm_card_chargeCustomerFail']);
    return (who) => this.people.withFailingCard(who, method);
  }

  private end(): (who: Subscriber) => Promise<unknown> {
    return async (who) =>
      this.people.api('DELETE', `subscriptions/${await this.people.subscriptionOf(who)}`);
  }

  private refund(): (who: Subscriber) => Promise<unknown> {
    const amount = String(this.random.between(1, 900));
    return async (who) =>
      this.people.api('POST', 'refunds', { payment_intent: await this.intentOf(who), amount });
  }

  /** The newest payment, unless one is disputed already: that is decided. */
  private dispute(): (who: Subscriber) => Promise<unknown> {
    const amount = this.random.between(100, 900);
    const outcome = this.random.oneOf(['won', 'lost']);
    return async (who) => {
      const open = this.disputes.get(who);
      this.disputes.delete(who);
      if (open !== undefined) {
        return this.stack.stripe('POST', `disputes/${open}/close`, { outcome });
      }
      const path = `charges/${await this.intentOf(who)}/dispute`;
      const { id } = await this.stack.stripe('POST', path, { amount });
      return this.disputes.set(who, id);
    };
  }

  /** The newest payment of somebody. */
  private async intentOf({ customer }: Subscriber): Promise<string> {
    const { data } = await this.people.api<{ data: { id: string }[] }>(
      'GET',
      `payment_intents?customer=${customer}&limit=1`,
    );
    return data[0]?.id ?? '';
  }
}

/** Days go by, up to more than a month. */
export function someDays(random: Random): number {
  return random.oneOf([1, 4, 9, 16, 25, 32]) * daySeconds;
}
