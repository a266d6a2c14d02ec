import { Body, Controller, Get, Param, Post, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { objectOf } from '../../json.js';
import { StripeAccount } from '../stripe-account.js';
import { StripeErrorFilter } from '../stripe-error.filter.js';
import { StripeError } from '../wire/stripe-error.js';
import { filledFrom } from './card-fields.js';
import { payerOf } from './card-form.js';
import { invoicePage, receiptPage } from './invoice-page.js';
import { show } from './show.js';
import { authenticationUrl, invoiceUrl } from './urls.js';

/** Invoices and receipts, to which customers have links. */
@Controller('stripe')
@UseFilters(StripeErrorFilter)
export class DocumentsController {
  constructor(private readonly stripe: StripeAccount) {}

  @Get('invoices/:id')
  invoice(@Param('id') id: string, @Res() reply: FastifyReply) {
    const invoice = this.stripe.core.state.get('invoice', id);
    return show(reply, invoicePage({ invoice, filled: {} }));
  }

  @Post('invoices/:id')
  pay(@Param('id') id: string, @Body() body: unknown, @Res() reply: FastifyReply) {
    const { core, products } = this.stripe;
    const invoice = core.state.get('invoice', id);
    const url = invoiceUrl(core.origin(), id);
    if (invoice.status !== 'open') return reply.redirect(url, 303);
    const form = { ...objectOf(body), email: invoice.customer_email ?? 'payer@example.com' };
    const payer = payerOf(form, Date.now());
    const again = (status: number, problem: string): FastifyReply =>
      show(reply.code(status), invoicePage({ invoice, filled: filledFrom(form), problem }));
    if (typeof payer === 'string') return again(400, payer);
    const intent = products.invoices.intentOf(invoice);
    const failure = core.run((): StripeError | undefined =>
      products.invoices.attempt(invoice, {
        method: products.methods.create(payer.card, payer),
        authentication: { url: authenticationUrl(core.origin(), intent.id), returnUrl: url },
      }),
    );
    if (failure !== undefined) return again(failure.status, failure.message);
    return reply.redirect(intent.next_action?.redirect_to_url?.url ?? url, 303);
  }

  @Get('receipts/:id')
  receipt(@Param('id') id: string, @Res() reply: FastifyReply) {
    return show(reply, receiptPage(this.stripe.core.state.get('charge', id)));
  }
}
