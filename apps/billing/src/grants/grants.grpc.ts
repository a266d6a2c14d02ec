import type { GrantCreditRequest, GrantCreditResponse } from '@modelbridge/contracts/billing.v1';
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
import { toGrant } from './grant-message.js';
import { GrantsService } from './grants.service.js';

const grantSchema = z.object({
  accountId: uuidField('account'),
  amountNanoUsd: positiveAmountField,
  expiresAt: z.date('is missing: say when what is left is lost'),
  idempotencyKey: idempotencyKeyField,
});

@Controller()
export class GrantsGrpc {
  constructor(private readonly grants: GrantsService) {}

  @GrpcMethod('BillingService', 'grantCredit')
  async grantCredit(request: GrantCreditRequest): Promise<GrantCreditResponse> {
    const { amountNanoUsd: amount, ...valid } = validRequest(grantSchema, request);
    const grant = await answering(() =>
      this.grants.grant({ ...valid, amount, source: 'operator' }),
    );
    return { grant: toGrant(grant) };
  }
}
