import { AccountAccess, actorOf } from '@modelbridge/access';
import { isId } from '@modelbridge/contracts';
import {
  RefundState,
  type ListPaymentsRequest,
  type ListPaymentsResponse,
  type ListUnassignedPaymentsResponse,
  type RefundPaymentRequest,
  type RefundPaymentResponse,
} from '@modelbridge/contracts/billing.v1';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { z } from 'zod';
import {
  answering,
  idempotencyKeyField,
  positiveAmountField,
  uuidField,
} from '../request-validation.js';
import { nanoUsdOf } from '../stripe/cents.js';
import { paymentBounds } from './bounds.js';
import { PaymentHistory } from './payment-history.service.js';
import type { RefundRequestState } from './refund-request.js';
import { RefundsService } from './refunds.service.js';

const { historyPage } = paymentBounds;

const listSchema = z.object({
  accountId: uuidField('account'),
  limit: z.number().max(historyPage, `must be at most ${historyPage}`),
  beforeTransactionId: z
    .string()
    .refine((id) => id === '' || isId('transaction', id), 'must be a txn_ id, or empty'),
});

const refundSchema = z.object({
  paymentIntentId: z.string().regex(/^pi_[A-Za-z0-9_]{1,250}$/, "must be Stripe's, pi_…"),
  amountNanoUsd: positiveAmountField.optional(),
  idempotencyKey: idempotencyKeyField,
});

const states: Record<RefundRequestState, RefundState> = {
  asked: RefundState.ASKED,
  accepted: RefundState.ACCEPTED,
  refused: RefundState.REFUSED,
};

@Controller()
export class PaymentsGrpc {
  constructor(
    private readonly history: PaymentHistory,
    private readonly refunds: RefundsService,
    private readonly access: AccountAccess,
  ) {}

  @GrpcMethod('BillingService', 'listPayments')
  async listPayments(request: ListPaymentsRequest): Promise<ListPaymentsResponse> {
    const { accountId, limit, beforeTransactionId } = validRequest(listSchema, request);
    await this.access.account('listPayments', actorOf(request), request.accountId);
    const { entries, hasMore } = await answering(() =>
      this.history.page(accountId, beforeTransactionId, limit === 0 ? historyPage : limit),
    );
    return {
      payments: entries.map((entry) => ({
        transactionId: entry.transactionId,
        amountNanoUsd: entry.amount,
        kind: entry.source,
        createdAt: entry.createdAt,
        cardBrand: entry.cardBrand ?? '',
        cardLast4: entry.cardLast4 ?? '',
        paymentIntentId: entry.paymentIntentId ?? '',
      })),
      hasMore,
    };
  }

  @GrpcMethod('BillingService', 'listUnassignedPayments')
  async listUnassignedPayments(): Promise<ListUnassignedPaymentsResponse> {
    return { payments: await answering(() => this.history.unassigned()) };
  }

  @GrpcMethod('BillingService', 'refundPayment')
  async refundPayment(request: RefundPaymentRequest): Promise<RefundPaymentResponse> {
    const order = validRequest(refundSchema, request);
    const { state, amountCents, refusal } = await answering(() => this.refunds.refund(order));
    return {
      state: states[state],
      amountNanoUsd: nanoUsdOf(amountCents),
      refusal: refusal ?? '',
    };
  }
}
