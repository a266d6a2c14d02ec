import type { Stripe } from 'stripe';
import { resourceMissing } from '../wire/stripe-error.js';
import { tables, type Table, type Tables } from './tables.js';

/** What Checkout does once a session is paid. */
export interface SessionPlan {
  lineItems: Stripe.LineItem[];
  paymentIntentData: {
    metadata?: Record<string, string>;
    description?: string;
    receipt_email?: string;
    statement_descriptor?: string;
    statement_descriptor_suffix?: string;
    setup_future_usage?: 'off_session' | 'on_session';
  };
  setupIntentData: { metadata?: Record<string, string>; description?: string };
}

/** All that the stand-in knows, in memory: the objects, and what Stripe knows of them and does not tell. */
export class StripeState {
  private readonly objects = Object.fromEntries(
    Object.keys(tables).map((table) => [table, new Map<string, object>()]),
  ) as { [T in Table]: Map<string, Tables[T]> };
  /** Numbers of the cards behind payment methods. */
  readonly cardNumbers = new Map<string, string>();
  /** Payment methods whose owner has agreed, with authentication, to be charged later. */
  readonly authenticated = new Set<string>();
  readonly sessionPlans = new Map<string, SessionPlan>();
  readonly deletedCustomers = new Set<string>();

  add<T extends Table>(table: T, object: Tables[T]): Tables[T] {
    this.objects[table].set(object.id, object);
    return object;
  }

  find<T extends Table>(table: T, id: string): Tables[T] | undefined {
    return this.objects[table].get(id);
  }

  /** @param param the parameter that names the object, where it is not the path */
  get<T extends Table>(table: T, id: string, param?: string): Tables[T] {
    const object = this.find(table, id);
    if (object === undefined) throw resourceMissing(tables[table].noun, id, param);
    return object;
  }

  /** The newest first, as Stripe lists them. */
  all<T extends Table>(table: T): Tables[T][] {
    return [...this.objects[table].values()].reverse();
  }

  remove(table: Table, id: string): void {
    this.objects[table].delete(id);
  }

  /** Whatever has this id. */
  byId(id: string): object | undefined {
    for (const objects of Object.values(this.objects)) {
      const object = objects.get(id);
      if (object !== undefined) return object;
    }
    return undefined;
  }
}
