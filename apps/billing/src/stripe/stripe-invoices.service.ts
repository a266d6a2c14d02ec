import { Inject, Injectable } from '@nestjs/common';
import type Stripe from 'stripe';
import { stripeBounds } from './bounds.js';
import { asking, invoiceKey, STRIPE, STRIPE_SETTINGS, type StripeSettings } from './client.js';

/** Invoices that Stripe collects. */
@Injectable()
export class StripeInvoices {
  constructor(
    @Inject(STRIPE) private readonly client: Stripe,
    @Inject(STRIPE_SETTINGS) private readonly settings: StripeSettings,
  ) {}

  /** Has Stripe collect an amount by an invoice of its own, once for each of ours. */
  async collect(ours: {
    id: string;
    number: string;
    customerId: string;
    amountCents: number;
    description: string;
    daysUntilDue: number;
  }): Promise<{ stripeInvoiceId: string; hostedUrl: string | null }> {
    const { id, number, customerId, amountCents, description, daysUntilDue } = ours;
    const isTaxed = this.settings.tax !== 'none';
    const metadata = { [invoiceKey]: id, number };
    const keyOf = (step: string) => ({ idempotencyKey: `invoice:${id}:${step}` });
    const made = await this.made(customerId, id);
    if (made !== undefined && made.status !== 'draft') return sent(made);
    const draft =
      made ??
      (await asking(
        this.client.invoices.create(
          {
            customer: customerId,
            currency: 'usd',
            collection_method: 'send_invoice',
            days_until_due: daysUntilDue,
            auto_advance: false,
            automatic_tax: { enabled: isTaxed },
            pending_invoice_items_behavior: 'exclude',
            description,
            metadata,
          },
          keyOf('draft'),
        ),
      ));
    if (draft.amount_due === 0) {
      await asking(
        this.client.invoiceItems.create(
          {
            customer: customerId,
            invoice: draft.id,
            amount: amountCents,
            // What is used has its price without tax.
            ...(isTaxed && { tax_behavior: 'exclusive' as const }),
            currency: 'usd',
            description,
            metadata,
          },
          keyOf('item'),
        ),
      );
    }
    const final = await asking(
      this.client.invoices.finalizeInvoice(draft.id ?? '', { auto_advance: true }, keyOf('final')),
    );
    return sent(final);
  }

  /** Stripe forgets after a day that it was asked before; what it made of it stays listed. */
  private async made(customer: string, id: string): Promise<Stripe.Invoice | undefined> {
    const listed = await asking(
      this.client.invoices
        .list({ customer, limit: 100 })
        .autoPagingToArray({ limit: stripeBounds.listed }),
    );
    return listed.find(({ metadata }) => metadata?.[invoiceKey] === id);
  }
}

function sent({ id, hosted_invoice_url: url }: Stripe.Invoice) {
  return { stripeInvoiceId: id, hostedUrl: url ?? null };
}
