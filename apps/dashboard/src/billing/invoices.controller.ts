import { billingRoutes, invoicePdf, type Answer } from '@modelbridge/dashboard-api';
import { Controller, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { BillingClient } from '../clients/clients.js';
import { Answers, Streams } from '../routes/answers.decorator.js';
import { Asked } from '../routes/asked.decorator.js';
import type { Parts } from '../routes/parts.js';
import { SignedIn } from '../sessions/session.guard.js';
import type { Session } from '../sessions/session.js';
import { asking } from '../sessions/asking.js';
import { invoiceJson, invoiceLineJson } from './money-json.js';

const pageSize = 24;

/** What was billed, month by month. */
@Controller()
export class InvoicesController {
  constructor(private readonly billing: BillingClient) {}

  @Answers(billingRoutes.invoices)
  async list(
    @SignedIn() session: Session,
    @Asked() { params, query }: Parts<typeof billingRoutes.invoices>,
  ): Promise<Answer<typeof billingRoutes.invoices>> {
    const { invoices } = await this.billing.listInvoices({
      ...asking(session, params),
      limit: pageSize,
      beforeMonth: query.cursor ?? '',
    });
    const last = invoices.length === pageSize ? invoices.at(-1) : undefined;
    return { items: invoices.map(invoiceJson), next_cursor: last?.month ?? null };
  }

  @Answers(billingRoutes.invoice)
  async get(
    @SignedIn() session: Session,
    @Asked() { params }: Parts<typeof billingRoutes.invoice>,
  ): Promise<Answer<typeof billingRoutes.invoice>> {
    const asked = { ...asking(session, params), invoiceId: params.invoice_id };
    const { invoice, lines } = await this.billing.getInvoice(asked);
    if (invoice === undefined) throw new Error('billing answered without an invoice');
    return { invoice: invoiceJson(invoice), lines: lines.map(invoiceLineJson) };
  }

  @Streams(invoicePdf)
  async pdf(
    @SignedIn() session: Session,
    @Asked() { params }: Parts<{ method: 'GET' } & typeof invoicePdf>,
    @Res() reply: FastifyReply,
  ): Promise<FastifyReply> {
    const { invoice_id: invoiceId } = params;
    const { pdf } = await this.billing.getInvoicePdf({ ...asking(session, params), invoiceId });
    return reply
      .headers({
        'content-type': 'application/pdf',
        'content-disposition': `inline; filename="modelbridge-${invoiceId}.pdf"`,
        'cache-control': 'no-store',
      })
      .send(Buffer.from(pdf));
  }
}
