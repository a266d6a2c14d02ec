import type { Stripe } from 'stripe';
import { customerObject } from './customer-object.js';
import type { StripeCore } from '../core/stripe-core.js';
import { idOf } from '../core/ids.js';
import { mergedMetadata, type MetadataParam } from '../wire/params.js';

export interface CustomerChange {
  email?: string | null;
  name?: string | null;
  phone?: string | null;
  description?: string | null;
  metadata?: MetadataParam;
  invoice_settings?: { default_payment_method?: string | null };
}

export interface NewCustomer extends CustomerChange {
  test_clock?: string;
}

export class Customers {
  private readonly goneHooks: ((customer: string) => void)[] = [];

  constructor(private readonly core: StripeCore) {}

  /** What a customer has ends before the customer is gone. */
  whenGone(act: (customer: string) => void): void {
    this.goneHooks.push(act);
  }

  create({
    metadata,
    invoice_settings: settings,
    test_clock: clock,
    ...given
  }: NewCustomer): Stripe.Customer {
    const { core } = this;
    const { frozen_time: now = core.now(), id: clockId = null } =
      clock === undefined ? {} : core.state.get('test_helpers.test_clock', clock, 'test_clock');
    const customer = customerObject(core.idFor('customer'), now, {
      ...given,
      name: given.name ?? undefined,
      phone: given.phone ?? undefined,
      metadata: mergedMetadata({}, metadata),
    });
    customer.test_clock = clockId;
    this.setDefaultMethod(customer, settings?.default_payment_method);
    core.state.add('customer', customer);
    core.announce('customer.created', customer);
    return customer;
  }

  update(id: string, { metadata, invoice_settings, ...change }: CustomerChange): Stripe.Customer {
    const customer = this.core.state.get('customer', id);
    this.setDefaultMethod(customer, invoice_settings?.default_payment_method);
    const next = { ...change, metadata: mergedMetadata(customer.metadata, metadata) };
    const changed = Object.entries(next).filter(([, value]) => value !== undefined);
    const names = changed.map(([name]) => name as keyof Stripe.Customer);
    const previous = Object.fromEntries(names.map((name) => [name, customer[name]]));
    Object.assign(customer, Object.fromEntries(changed));
    this.core.announce('customer.updated', customer, previous);
    return customer;
  }

  retrieve(id: string): Stripe.Customer | Stripe.DeletedCustomer {
    const { state } = this.core;
    if (state.deletedCustomers.has(id)) return { id, object: 'customer', deleted: true };
    return state.get('customer', id);
  }

  delete(id: string): Stripe.DeletedCustomer {
    const { state } = this.core;
    const customer = state.get('customer', id);
    for (const act of this.goneHooks) act(id);
    for (const method of state.all('payment_method')) {
      if (idOf(method.customer) === id) method.customer = null;
    }
    state.remove('customer', id);
    state.deletedCustomers.add(id);
    this.core.announce('customer.deleted', customer);
    return { id, object: 'customer', deleted: true };
  }

  private setDefaultMethod(customer: Stripe.Customer, method: string | null | undefined): void {
    if (method === undefined) return;
    if (method !== null) {
      this.core.state.get('payment_method', method, 'invoice_settings[default_payment_method]');
    }
    customer.invoice_settings.default_payment_method = method;
  }
}
