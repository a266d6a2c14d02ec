import { idFromUuid } from '@modelbridge/contracts';
import type { GetChargeRequest, GetChargeResponse } from '@modelbridge/contracts/billing.v1';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { z } from 'zod';
import { answering, uuidField } from '../request-validation.js';
import { ChargesService } from './charges.service.js';

const getSchema = z.object({ requestId: uuidField('request') });

@Controller()
export class ChargesGrpc {
  constructor(private readonly charges: ChargesService) {}

  @GrpcMethod('BillingService', 'getCharge')
  async getCharge(request: GetChargeRequest): Promise<GetChargeResponse> {
    const { requestId } = validRequest(getSchema, request);
    const charge = await answering(() => this.charges.find(requestId));
    return {
      charge: {
        requestId: request.requestId,
        accountId: idFromUuid('account', charge.accountId),
        keyId: idFromUuid('key', charge.keyId),
        transactionId:
          charge.transferId === null ? '' : idFromUuid('transaction', charge.transferId),
        grantedTransactionIds: (charge.grantedTransferIds ?? []).map((id) =>
          idFromUuid('transaction', id),
        ),
        chargedNanoUsd: charge.charged,
        grantedNanoUsd: charge.granted,
        correctedNanoUsd: charge.corrected,
        overrunNanoUsd: charge.overrun,
        postedAt: charge.postedAt,
      },
    };
  }
}
