import type { Stripe } from 'stripe';
import { idOf } from '../core/ids.js';
import type { StripeCore } from '../core/stripe-core.js';
import type { Customers } from '../customers/customers.js';
import { after } from '../subscriptions/period.js';
import { invalidRequest } from '../wire/stripe-error.js';
import type { DueWork } from './due-work.js';

const lifetimeSeconds = 30 * 24 * 60 * 60;

/** Clocks that customers live by, which stand still until they are moved. */
export class TestClocks {
  constructor(
    private readonly core: StripeCore,
    private readonly customers: Customers,
    private readonly dueWork: DueWork,
  ) {}

  create(frozenTime: number, name: string | null): Stripe.TestHelpers.TestClock {
    const { core } = this;
    const created = core.now();
    const clock: Stripe.TestHelpers.TestClock = {
      id: core.idFor('test_helpers.test_clock'),
      object: 'test_helpers.test_clock',
      created,
      deletes_after: created + lifetimeSeconds,
      frozen_time: frozenTime,
      livemode: false,
      name,
      status: 'ready',
      status_details: {},
    };
    core.state.add('test_helpers.test_clock', clock);
    core.announce('test_helpers.test_clock.created', clock);
    return clock;
  }

  /** No call of Stripe's does this: a customer has a clock from the beginning or never. */
  adopt(customer: Stripe.Customer): Stripe.TestHelpers.TestClock {
    const { state } = this.core;
    const clock = this.create(this.core.nowFor(customer), null);
    customer.test_clock = clock.id;
    for (const table of ['subscription', 'invoice', 'invoiceitem'] as const) {
      for (const object of state.each(table)) {
        if (idOf(object.customer) === customer.id) object.test_clock = clock.id;
      }
    }
    return clock;
  }

  /** Answers that it moves; it has moved a moment later. */
  advance(id: string, to: number): Stripe.TestHelpers.TestClock {
    const { core } = this;
    const clock = core.state.get('test_helpers.test_clock', id);
    this.check(clock, to);
    clock.status = 'advancing';
    clock.status_details = { advancing: { target_frozen_time: to } };
    core.announce('test_helpers.test_clock.advancing', clock);
    core.afterwards(() => this.step(clock, to));
    return clock;
  }

  delete(id: string): Stripe.TestHelpers.DeletedTestClock {
    const { state } = this.core;
    const clock = state.get('test_helpers.test_clock', id);
    for (const customer of state.all('customer')) {
      if (idOf(customer.test_clock) === id) this.customers.delete(customer.id);
    }
    state.remove('test_helpers.test_clock', id);
    this.core.announce('test_helpers.test_clock.deleted', clock);
    return { id, object: 'test_helpers.test_clock', deleted: true };
  }

  /** One thing after the other, each with what follows from it, at its own time. */
  private step(clock: Stripe.TestHelpers.TestClock, to: number): void {
    const due = this.dueWork.next(clock.id, to);
    if (due !== undefined) {
      clock.frozen_time = Math.max(clock.frozen_time, due.at);
      due.act();
      this.core.afterwards(() => this.step(clock, to));
      return;
    }
    clock.frozen_time = to;
    clock.status = 'ready';
    clock.status_details = {};
    this.core.announce('test_helpers.test_clock.ready', clock);
  }

  private check(clock: Stripe.TestHelpers.TestClock, to: number): void {
    const param = 'frozen_time';
    if (clock.status !== 'ready') {
      throw invalidRequest('The test clock is still advancing.', { code: 'test_clock_advancing' });
    }
    if (to <= clock.frozen_time) {
      throw invalidRequest(
        `Test clocks cannot be advanced to the past: the clock is at ${clock.frozen_time}.`,
        { param },
      );
    }
    for (const { test_clock: of, status, items } of this.core.state.each('subscription')) {
      const recurring = items.data[0]?.price.recurring;
      if (idOf(of) !== clock.id || status === 'canceled' || !recurring) continue;
      if (to > after(clock.frozen_time, recurring, 2)) {
        throw invalidRequest(
          'You cannot advance a test clock by more than two intervals of its shortest subscription.',
          { param },
        );
      }
    }
  }
}
