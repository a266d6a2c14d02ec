import type { Stripe } from 'stripe';
import { resourceMissing } from '../wire/stripe-error.js';
import { type BulkSpec, bulksOf } from './bulk-payments.js';
import { Rows } from './rows.js';
import type { Selection } from './selection.js';
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
  subscriptionData: { metadata?: Record<string, string>; description?: string };
  anchor?: { at: number; isProrated: boolean };
  /** Made when somebody first tried to pay, and the session's own once it is paid. */
  pendingSubscription?: string;
}

/** One item of a subscription. */
export interface Item {
  id: string;
  price: Stripe.Price;
  quantity: number;
  period: { start: number; end: number };
}

/** What Stripe knows of the objects and does not tell. */
class Secrets {
  /** Numbers of the cards behind payment methods. */
  readonly cardNumbers = new Map<string, string>();
  /** Payment methods whose owner has agreed, with authentication, to be charged later. */
  readonly authenticated = new Set<string>();
  readonly sessionPlans = new Map<string, SessionPlan>();
  /** The payment of an invoice, by the invoice and by the intent. */
  readonly invoicePayments = new Map<string, string>();
  readonly deletedCustomers = new Set<string>();
  /** By subscription: the end of the period whose renewal was told of. */
  readonly upcomingTold = new Map<string, number>();
  /** By subscription: the items that it gets once its invoice is paid. */
  readonly pendingItems = new Map<string, Item[]>();
}

/** A state as it is stored: plain JSON. */
export interface StoredState {
  bulks: BulkSpec[];
  objects: Record<string, object[]>;
  secrets: Record<string, unknown[]>;
}

/** All that the stand-in knows, in memory. */
export class StripeState extends Secrets {
  private readonly rows = Object.fromEntries(
    Object.keys(tables).map((table) => [table, new Rows()]),
  ) as { [T in Table]: Rows<Tables[T]> };
  private readonly bulks: BulkSpec[] = [];

  add<T extends Table>(table: T, object: Tables[T]): Tables[T] {
    this.rows[table].add(object);
    return object;
  }

  /** Payments that are there at once, with their charges and balance transactions. */
  addBulk(spec: BulkSpec): void {
    this.bulks.push(spec);
    const { payment_intent: intents, charge, balance_transaction: transactions } = bulksOf(spec);
    this.rows.payment_intent.addBulk(intents);
    this.rows.charge.addBulk(charge);
    this.rows.balance_transaction.addBulk(transactions);
  }

  find<T extends Table>(table: T, id: string): Tables[T] | undefined {
    return this.rows[table].find(id);
  }

  /** @param param the parameter that names the object, where it is not the path */
  get<T extends Table>(table: T, id: string, param?: string): Tables[T] {
    const object = this.find(table, id);
    if (object === undefined) throw resourceMissing(tables[table].noun, id, param);
    return object;
  }

  /** The newest first, as Stripe lists them. */
  all<T extends Table>(table: T): Selection<Tables[T]> {
    return this.rows[table].newestFirst;
  }

  /** In the order in which they were made. */
  each<T extends Table>(table: T): Iterable<Tables[T]> {
    return this.rows[table];
  }

  remove(table: Table, id: string): void {
    this.rows[table].remove(id);
  }

  /** Whatever has this id. */
  byId(id: string): object | undefined {
    for (const rows of Object.values(this.rows)) {
      const object = rows.find(id);
      if (object !== undefined) return object;
    }
    return undefined;
  }

  stored(): StoredState {
    const objects = Object.entries(this.rows).map(([table, rows]) => [table, rows.stored()]);
    const secrets = Object.entries(new Secrets()).map(([name]) => [
      name,
      [...(this[name as keyof Secrets] as Iterable<unknown>)],
    ]);
    return {
      bulks: this.bulks,
      objects: Object.fromEntries(objects) as StoredState['objects'],
      secrets: Object.fromEntries(secrets) as StoredState['secrets'],
    };
  }

  /** Takes up a state that was stored, into one that is empty. */
  restore({ bulks, objects, secrets }: StoredState): void {
    for (const spec of bulks) this.addBulk(spec);
    for (const table of Object.keys(tables) as Table[]) {
      const rows = this.rows[table] as Rows<{ id: string }>;
      for (const row of (objects[table] ?? []) as { id: string }[]) rows.restore(row);
    }
    for (const [name, entries] of Object.entries(secrets)) {
      const target = this[name as keyof Secrets] as Map<unknown, unknown> | Set<unknown>;
      for (const entry of entries) {
        if (target instanceof Set) target.add(entry);
        else target.set(...(entry as [unknown, unknown]));
      }
    }
  }
}
