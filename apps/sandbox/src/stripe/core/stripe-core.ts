import type { Stripe } from 'stripe';
import { idOf, newId } from './ids.js';
import { StripeState } from './stripe-state.js';
import { tables, type Table } from './tables.js';

/** The one version that the stand-in speaks: the SDK's own. */
export const apiVersion = '2026-10-28.endive';

/** The call that causes events; all null where nobody called. */
export interface Cause {
  id: string | null;
  idempotency_key: string | null;
}

const nobody: Cause = { id: null, idempotency_key: null };

/** What every part of the stand-in needs: its state, its time, and whom it tells. */
export class StripeCore {
  readonly state = new StripeState();
  private cause = nobody;
  private later: (() => void)[] = [];

  /**
   * @param tell hears of every event, in order
   * @param origin where the pages are
   * @param changed hears that something has changed
   */
  constructor(
    private readonly tell: (event: Stripe.Event) => void,
    readonly origin: () => string,
    readonly changed: () => void = () => undefined,
  ) {}

  /** Runs one act with all that follows from it; the events tell who caused it. */
  run<T>(act: () => T, cause: Cause = nobody): T {
    this.cause = cause;
    try {
      return act();
    } finally {
      for (let next = this.later.shift(); next !== undefined; next = this.later.shift()) next();
      this.cause = nobody;
      this.changed();
    }
  }

  /** What Stripe does once the answer is given. */
  afterwards(act: () => void): void {
    this.later.push(act);
  }

  announce(
    type: Stripe.Event.Type,
    object: object,
    previousAttributes?: Record<string, unknown>,
  ): void {
    const event = {
      id: newId('evt'),
      object: 'event',
      api_version: apiVersion,
      created: this.now(),
      data: {
        object: structuredClone(object),
        ...(previousAttributes && { previous_attributes: structuredClone(previousAttributes) }),
      },
      livemode: false,
      pending_webhooks: 1,
      request: { ...this.cause },
      type,
    } as Stripe.Event;
    this.state.add('event', event);
    this.tell(event);
  }

  /** In seconds, as all of Stripe's times are. */
  now(): number {
    return Math.floor(Date.now() / 1_000);
  }

  /** The time of a customer, who may live by a test clock. */
  nowFor(customer: string | { id: string } | null): number {
    const { state } = this;
    const clock = idOf(state.find('customer', idOf(customer) ?? '')?.test_clock);
    return state.find('test_helpers.test_clock', clock ?? '')?.frozen_time ?? this.now();
  }

  idFor(table: Table): string {
    return newId(tables[table].prefix);
  }
}
