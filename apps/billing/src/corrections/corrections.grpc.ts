import { idFromUuid } from '@modelbridge/contracts';
import type {
  CorrectChargeRequest,
  CorrectChargeResponse,
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
import { CorrectionsService } from './corrections.service.js';

const correctSchema = z.object({
  requestId: uuidField('request'),
  amountNanoUsd: positiveAmountField.optional(),
  idempotencyKey: idempotencyKeyField,
});

@Controller()
export class CorrectionsGrpc {
  constructor(private readonly corrections: CorrectionsService) {}

  @GrpcMethod('BillingService', 'correctCharge')
  async correctCharge(request: CorrectChargeRequest): Promise<CorrectChargeResponse> {
    const { amountNanoUsd: amount, ...valid } = validRequest(correctSchema, request);
    const correct = () => this.corrections.correct({ ...valid, amount });
    const { accountId, paid, granted, grantId, transferIds } = await answering(correct);
    return {
      accountId: idFromUuid('account', accountId),
      paidNanoUsd: paid,
      grantedNanoUsd: granted,
      grantId: grantId === null ? '' : idFromUuid('grant', grantId),
      transactionIds: transferIds.map((id) => idFromUuid('transaction', id)),
    };
  }
}
