import type { Stripe } from 'stripe';
import { idOf } from '../core/ids.js';
import type { StripeCore } from '../core/stripe-core.js';
import { invoiceUrl } from '../pages/urls.js';
import type { Confirmation, PaymentIntents } from '../payments/payment-intents.js';
import { totalTaxes, unknownLocation } from '../taxes/taxes.js';
import { invalidRequest, StripeError } from '../wire/stripe-error.js';
import { invoiceObject, type NewInvoice } from './invoice-object.js';
import { invoiceLineObject, invoicePaymentObject, type LineDraft } from './invoice-objects.js';
import type { InvoiceItems } from './invoice-items.js';

/** Below this nothing can be charged: it waits on the customer's balance. */
const leastCharge = 50;

/** Invoices, from the draft to the payment. */
export class Invoices {
  private readonly paidHooks: ((invoice: Stripe.Invoice) => void)[] = [];
  private readonly voidedHooks: ((invoice: Stripe.Invoice) => void)[] = [];

  constructor(
    private readonly core: StripeCore,
    private readonly items: InvoiceItems,
    private readonly payments: PaymentIntents,
  ) {
    payments.whenPaid((intent) => {
      const payment = this.paymentOf(intent.id);
      if (payment !== undefined) this.settle(payment, intent);
    });
  }

  /** What was invoiced follows the payment. */
  whenPaid(act: (invoice: Stripe.Invoice) => void): void {
    this.paidHooks.push(act);
  }

  whenVoided(act: (invoice: Stripe.Invoice) => void): void {
    this.voidedHooks.push(act);
  }

  /** A draft of these lines and of what waited for an invoice. */
  draft(made: NewInvoice, lines: LineDraft[], pending: Stripe.InvoiceItem[] = []): Stripe.Invoice {
    const { core } = this;
    const invoice = invoiceObject(core.idFor('invoice'), core.nowFor(made.customer), made);
    for (const item of pending) item.invoice = invoice.id;
    const all = [...pending.map((item) => this.items.lineOf(item)), ...lines];
    setLines(invoice, all, made.customer.balance);
    core.state.add('invoice', invoice);
    core.announce('invoice.created', invoice);
    return invoice;
  }

  /** One more line on a draft. */
  add(invoice: Stripe.Invoice, item: Stripe.InvoiceItem): void {
    item.invoice = invoice.id;
    const line = invoiceLineObject(invoice, this.items.lineOf(item));
    total(invoice, [...invoice.lines.data, line], this.customerOf(invoice).balance);
    this.core.announce('invoice.updated', invoice);
  }

  /** Not kept and told to nobody. */
  preview(made: NewInvoice, lines: LineDraft[]): Stripe.Invoice {
    const id = this.core.idFor('invoice');
    const invoice = invoiceObject(`upcoming_${id}`, this.core.nowFor(made.customer), made);
    setLines(invoice, lines, made.customer.balance);
    return invoice;
  }

  /** From here on it cannot be changed. What is not worth a charge is paid at once. */
  finalize(invoice: Stripe.Invoice): Stripe.Invoice {
    this.mustBe(invoice, 'draft', 'finalize');
    const { core } = this;
    const customer = this.customerOf(invoice);
    if (invoice.automatic_tax.enabled && !customer.address) throw unknownLocation();
    const now = core.nowFor(customer);
    const sequence = customer.next_invoice_sequence ?? 1;
    customer.next_invoice_sequence = sequence + 1;
    const owed = invoice.total + customer.balance;
    const due = owed < leastCharge ? 0 : owed;
    customer.balance = due === 0 ? owed : 0;
    Object.assign(invoice, {
      amount_due: due,
      amount_remaining: due,
      automatically_finalizes_at: null,
      effective_at: now,
      ending_balance: customer.balance,
      hosted_invoice_url: invoiceUrl(core.origin(), invoice.id),
      number: `${customer.invoice_prefix}-${String(sequence).padStart(4, '0')}`,
      status: 'open',
    } satisfies Partial<Stripe.Invoice>);
    invoice.status_transitions.finalized_at = now;
    core.announce('invoice.finalized', invoice);
    if (due === 0) this.markPaid(invoice);
    else this.requestPayment(invoice);
    return invoice;
  }

  /** Tries to charge. Returns why it could not. */
  attempt(invoice: Stripe.Invoice, confirmation: Confirmation): StripeError | undefined {
    this.mustBe(invoice, 'open', 'pay');
    const intent = this.intentOf(invoice);
    invoice.attempted = true;
    invoice.attempt_count += 1;
    try {
      this.payments.confirm(intent, confirmation);
    } catch (error) {
      if (!(error instanceof StripeError) || error.status !== 402) throw error;
      this.core.announce('invoice.payment_failed', invoice);
      return error;
    }
    if (intent.status === 'requires_action') {
      this.core.announce('invoice.payment_action_required', invoice);
    }
    return undefined;
  }

  void(invoice: Stripe.Invoice): Stripe.Invoice {
    this.mustBe(invoice, 'open', 'void');
    this.payments.cancel(this.intentOf(invoice).id);
    invoice.status = 'void';
    invoice.next_payment_attempt = null;
    invoice.status_transitions.voided_at = this.core.nowFor(invoice.customer);
    this.core.announce('invoice.voided', invoice);
    for (const act of this.voidedHooks) act(invoice);
    return invoice;
  }

  markUncollectible(invoice: Stripe.Invoice): Stripe.Invoice {
    this.mustBe(invoice, 'open', 'mark as uncollectible');
    invoice.status = 'uncollectible';
    invoice.status_transitions.marked_uncollectible_at = this.core.nowFor(invoice.customer);
    this.core.announce('invoice.marked_uncollectible', invoice);
    return invoice;
  }

  delete(id: string): Stripe.DeletedInvoice {
    const { state } = this.core;
    const invoice = state.get('invoice', id);
    this.mustBe(invoice, 'draft', 'delete');
    for (const item of state.each('invoiceitem')) if (item.invoice === id) item.invoice = null;
    state.remove('invoice', id);
    this.core.announce('invoice.deleted', invoice);
    return { id, object: 'invoice', deleted: true };
  }

  send(invoice: Stripe.Invoice): Stripe.Invoice {
    if (invoice.status === 'draft') this.finalize(invoice);
    this.core.announce('invoice.sent', invoice);
    return invoice;
  }

  /** The card that an invoice is charged to, unless another one is named. */
  methodOf(invoice: Stripe.Invoice): Stripe.PaymentMethod | undefined {
    const { state } = this.core;
    const subscription = state.find('subscription', subscriptionOf(invoice) ?? '');
    const id =
      idOf(invoice.default_payment_method) ??
      idOf(subscription?.default_payment_method) ??
      idOf(this.customerOf(invoice).invoice_settings.default_payment_method);
    return state.find('payment_method', id ?? '');
  }

  intentOf(invoice: Stripe.Invoice): Stripe.PaymentIntent {
    const payment = this.paymentOf(invoice.id);
    return this.core.state.get('payment_intent', idOf(payment?.payment.payment_intent) ?? '');
  }

  /** By an invoice or by the intent that pays it. */
  paymentOf(id: string): Stripe.InvoicePayment | undefined {
    const { state } = this.core;
    return state.find('invoice_payment', state.invoicePayments.get(id) ?? '');
  }

  private requestPayment(invoice: Stripe.Invoice): void {
    const { core } = this;
    const intent = this.payments.create({
      amount: invoice.amount_due,
      currency: invoice.currency,
      customer: invoice.customer,
      description: invoice.description ?? `Payment for Invoice ${invoice.number}`,
      ...(subscriptionOf(invoice) !== null && { setup_future_usage: 'off_session' }),
    });
    const id = core.idFor('invoice_payment');
    core.state.add('invoice_payment', invoicePaymentObject(id, intent.created, invoice, intent.id));
    core.state.invoicePayments.set(invoice.id, id).set(intent.id, id);
  }

  private settle(payment: Stripe.InvoicePayment, intent: Stripe.PaymentIntent): void {
    const invoice = this.core.state.get('invoice', idOf(payment.invoice));
    if (invoice.status !== 'open' && invoice.status !== 'uncollectible') return;
    payment.status = 'paid';
    payment.amount_paid = intent.amount;
    payment.status_transitions.paid_at = this.core.nowFor(invoice.customer);
    this.markPaid(invoice, payment);
  }

  private markPaid(invoice: Stripe.Invoice, payment?: Stripe.InvoicePayment): void {
    const { core } = this;
    invoice.status = 'paid';
    invoice.attempted = true;
    invoice.amount_paid = invoice.amount_due;
    invoice.amount_remaining = 0;
    invoice.next_payment_attempt = null;
    invoice.status_transitions.paid_at = core.nowFor(invoice.customer);
    core.announce('invoice.paid', invoice);
    core.announce('invoice.payment_succeeded', invoice);
    if (payment !== undefined) core.announce('invoice_payment.paid', payment);
    for (const act of this.paidHooks) act(invoice);
  }

  private customerOf(invoice: Stripe.Invoice): Stripe.Customer {
    return this.core.state.get('customer', idOf(invoice.customer) ?? '', 'customer');
  }

  private mustBe(invoice: Stripe.Invoice, status: Stripe.Invoice.Status, act: string): void {
    if (invoice.status === status) return;
    throw invalidRequest(
      `You cannot ${act} this invoice because it has a status of ${invoice.status}.`,
      {
        code:
          status === 'draft' ? 'invoice_not_editable' : 'invoice_payment_intent_requires_action',
      },
    );
  }
}

export function subscriptionOf({ parent }: Stripe.Invoice): string | null {
  return idOf(parent?.subscription_details?.subscription);
}

function setLines(invoice: Stripe.Invoice, drafts: LineDraft[], balance: number): void {
  const lines = drafts.map((draft) => invoiceLineObject(invoice, draft));
  total(invoice, lines, balance);
}

function total(invoice: Stripe.Invoice, lines: Stripe.InvoiceLineItem[], balance: number): void {
  const sum = lines.reduce((before, { amount }) => before + amount, 0);
  const taxes = totalTaxes(lines);
  const taxed = (behavior: string): number =>
    taxes.find(({ tax_behavior: one }) => one === behavior)?.amount ?? 0;
  const whole = sum + taxed('exclusive');
  const net = sum - taxed('inclusive');
  const due = Math.max(0, whole + balance);
  invoice.lines.data = lines;
  Object.assign(invoice, {
    amount_due: due,
    amount_remaining: due,
    subtotal: sum,
    subtotal_excluding_tax: net,
    total: whole,
    total_excluding_tax: net,
    total_taxes: taxes,
  } satisfies Partial<Stripe.Invoice>);
}
