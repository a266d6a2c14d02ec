import type { Stripe } from 'stripe';
import { idOf } from '../core/ids.js';
import type { StripeCore } from '../core/stripe-core.js';
import { invalidRequest } from '../wire/stripe-error.js';
import { invoiceItemObject, type LineDraft } from './invoice-objects.js';

/** What a customer owes, or is owed, on an invoice to come. */
export class InvoiceItems {
  constructor(private readonly core: StripeCore) {}

  create(customer: Stripe.Customer, draft: LineDraft): Stripe.InvoiceItem {
    const { core } = this;
    const now = core.nowFor(customer);
    const item = invoiceItemObject(core.idFor('invoiceitem'), customer, now, draft);
    core.state.add('invoiceitem', item);
    core.announce('invoiceitem.created', item);
    return item;
  }

  delete(id: string): Stripe.DeletedInvoiceItem {
    const item = this.core.state.get('invoiceitem', id);
    if (item.invoice !== null) {
      throw invalidRequest(
        'You cannot delete an invoice item that is on an invoice which is no draft.',
      );
    }
    this.core.state.remove('invoiceitem', id);
    this.core.announce('invoiceitem.deleted', item);
    return { id, object: 'invoiceitem', deleted: true };
  }

  /** What waits for the next invoice of a customer, the oldest first; with a subscription's own where it is one of it. */
  pending(customer: string, currency: string, subscription: string | null): Stripe.InvoiceItem[] {
    return [...this.core.state.each('invoiceitem')]
      .filter((item) => idOf(item.customer) === customer && item.invoice === null)
      .filter((item) => item.currency === currency)
      .filter(({ parent }) => {
        const own = parent?.subscription_details?.subscription ?? null;
        return own === null || own === subscription;
      });
  }

  lineOf(item: Stripe.InvoiceItem): LineDraft {
    const details = item.parent?.subscription_details;
    return {
      amount: item.amount,
      currency: item.currency,
      description: item.description,
      period: item.period,
      price: this.core.state.find('price', idOf(item.pricing?.price_details?.price) ?? '') ?? null,
      quantity: item.quantity,
      isProration: item.proration,
      invoiceItem: item.id,
      subscription: details?.subscription ?? null,
      subscriptionItem: details?.subscription_item ?? null,
      metadata: item.metadata ?? {},
    };
  }
}
