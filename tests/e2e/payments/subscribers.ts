import { newId, uuidOf } from '@modelbridge/contracts';
import type { Owner } from '../../../apps/billing/src/testing/samples.js';
import type { PaymentStack } from './payment-stack.js';

export interface Subscriber {
  owner: Owner;
  clock: string;
  customer: string;
}

/** Accounts that subscribe to plans, and what Stripe's dashboard does to them. */
export class Subscribers {
  constructor(private readonly stack: PaymentStack) {}

  /** A call of Stripe's API, as its dashboard makes it. */
  async api<T = { id: string }>(
    method: string,
    path: string,
    form: Record<string, string> = {},
  ): Promise<T> {
    const { env, sandbox } = this.stack;
    const response = await fetch(`${sandbox.url}/v1/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${env['STRIPE_SECRET_KEY']}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      ...(method === 'POST' && { body: new URLSearchParams(form).toString() }),
    });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** The id of a clock that a test moves. */
  async clock(now: Date): Promise<string> {
    const frozen_time = String(Math.floor(now.getTime() / 1_000));
    return (await this.api('POST', 'test_helpers/test_clocks', { frozen_time })).id;
  }

  /** An account whose customer's time a test moves, with that of others where it is given their clock. */
  async one(now = new Date(), sharedClock?: string): Promise<Subscriber> {
    const { billing, client } = this.stack;
    const owner = await this.stack.account();
    const clock = sharedClock ?? (await this.clock(now));
    const customer = await this.api('POST', 'customers', {
      test_clock: clock,
      'metadata[modelbridge_account]': owner.accountId,
    });
    await billing.database.execute(
      'INSERT INTO stripe_customer (customer_id, account_id) VALUES ($1, $2)',
      [customer.id, uuidOf('account', owner.accountId)],
    );
    await client.setPlan({ accountId: owner.accountId, plan: 'free' });
    return { owner, clock, customer: customer.id };
  }

  /** The page on which a plan is paid for. */
  async open({ owner }: Subscriber, plan = 'pro'): Promise<string> {
    const { sessionId } = await this.stack.client.createPlanCheckout({
      accountId: owner.accountId,
      plan,
      idempotencyKey: newId('transaction'),
    });
    return sessionId;
  }

  async subscribe(who: Subscriber, plan = 'pro', number = '4242424242424242'): Promise<void> {
    const sessionId = await this.open(who, plan);
    await this.stack.stripe('POST', `checkout/${sessionId}/pay`, { number });
  }

  async planOf({ owner: { accountId } }: Subscriber) {
    return (await this.stack.client.getAccountPlan({ accountId })).accountPlan;
  }

  async granted({ owner: { accountId } }: Subscriber): Promise<bigint> {
    return (await this.stack.client.getCredits({ accountId })).grantedNanoUsd;
  }

  change({ owner: { accountId } }: Subscriber, plan: string) {
    return this.stack.client.changePlan({ accountId, plan });
  }

  /** The id of the newest subscription at Stripe that has not ended. */
  async subscriptionOf({ customer }: Subscriber): Promise<string> {
    const path = `subscriptions?customer=${customer}`;
    return (await this.api<{ data: { id: string }[] }>('GET', path)).data[0]?.id ?? '';
  }

  /** From now on the subscription's card is one that the bank refuses; the subscription's id. */
  async withFailingCard(who: Subscriber, method = 'pm_card_chargeCustomerFail'): Promise<string> {
    const { customer } = who;
    const subscription = await this.subscriptionOf(who);
    const card = await this.api('POST', `payment_methods/${method}/attach`, { customer });
    await this.api('POST', `subscriptions/${subscription}`, { default_payment_method: card.id });
    return subscription;
  }

  /** Time passes, there and here. `to` in seconds. */
  async advance({ clock }: Subscriber, to: number): Promise<void> {
    await this.stack.stripe('POST', `clocks/${clock}/advance`, { to });
    this.stack.billing.clock.set(new Date(to * 1_000));
  }

  /** Ends the period that runs, there and here. */
  async endPeriod(who: Subscriber): Promise<void> {
    const endsAt = (await this.planOf(who))?.periodEndsAt ?? new Date();
    await this.advance(who, Math.floor(endsAt.getTime() / 1_000) + 2 * 3_600);
  }
}
