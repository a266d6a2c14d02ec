import { AccountAccess, actorOf } from '@modelbridge/access';
import { idFromUuid } from '@modelbridge/contracts';
import {
  InvoiceState,
  type GetInvoicePdfRequest,
  type GetInvoicePdfResponse,
  type GetInvoiceRequest,
  type GetInvoiceResponse,
  type Invoice as InvoiceMessage,
  type InvoiceLine as LineMessage,
  type ListInvoicesRequest,
  type ListInvoicesResponse,
} from '@modelbridge/contracts/billing.v1';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { z } from 'zod';
import { answering, uuidField } from '../request-validation.js';
import { invoiceBounds } from './bounds.js';
import { invoicePdf } from './invoice-pdf.js';
import type { Invoice, InvoiceLine } from './invoice.js';
import { InvoicesService } from './invoices.service.js';

const { listed } = invoiceBounds;
const listSchema = z.object({
  accountId: uuidField('account'),
  limit: z.number().max(listed, `must be at most ${listed}`),
  beforeMonth: z
    .string()
    .regex(
      /^(\d{4}-(0[1-9]|1[0-2])-01)?$/,
      'must be the first day of a month, YYYY-MM-01, or empty',
    ),
});
const getSchema = z.object({ accountId: uuidField('account'), invoiceId: uuidField('invoice') });

const states: Record<Invoice['state'], InvoiceState> = {
  settled: InvoiceState.SETTLED,
  unsent: InvoiceState.UNSENT,
  open: InvoiceState.OPEN,
  paid: InvoiceState.PAID,
};

@Controller()
export class InvoicesGrpc {
  constructor(
    private readonly invoices: InvoicesService,
    private readonly access: AccountAccess,
  ) {}

  @GrpcMethod('BillingService', 'listInvoices')
  async listInvoices(request: ListInvoicesRequest): Promise<ListInvoicesResponse> {
    const { accountId, limit, beforeMonth } = validRequest(listSchema, request);
    await this.access.account('listInvoices', actorOf(request), request.accountId);
    const invoices = await this.invoices.list(accountId, beforeMonth, limit === 0 ? listed : limit);
    return { invoices: invoices.map(toInvoice) };
  }

  @GrpcMethod('BillingService', 'getInvoice')
  async getInvoice(request: GetInvoiceRequest): Promise<GetInvoiceResponse> {
    const { accountId, invoiceId } = validRequest(getSchema, request);
    await this.access.account('getInvoice', actorOf(request), request.accountId);
    const { invoice, lines } = await answering(() => this.invoices.find(accountId, invoiceId));
    return { invoice: toInvoice(invoice), lines: lines.map(toLine) };
  }

  @GrpcMethod('BillingService', 'getInvoicePdf')
  async getInvoicePdf(request: GetInvoicePdfRequest): Promise<GetInvoicePdfResponse> {
    const { accountId, invoiceId } = validRequest(getSchema, request);
    await this.access.account('getInvoicePdf', actorOf(request), request.accountId);
    const { invoice, lines } = await answering(() => this.invoices.find(accountId, invoiceId));
    return { pdf: await invoicePdf(invoice, lines) };
  }
}

function toInvoice(invoice: Invoice): InvoiceMessage {
  return {
    invoiceId: idFromUuid('invoice', invoice.id),
    number: invoice.number,
    month: invoice.month,
    chargedNanoUsd: invoice.charged,
    grantedNanoUsd: invoice.granted,
    owedNanoUsd: invoice.owed,
    dueCents: invoice.dueCents,
    issuedAt: invoice.issuedAt,
    state: states[invoice.state],
    hostedUrl: invoice.hostedUrl ?? '',
  };
}

function toLine(line: InvoiceLine): LineMessage {
  return {
    month: line.month,
    userId: idFromUuid('user', line.userId),
    model: line.model,
    requests: line.requests,
    inputTokens: line.inputTokens,
    outputTokens: line.outputTokens,
    chargedNanoUsd: line.charged,
    grantedNanoUsd: line.granted,
  };
}
