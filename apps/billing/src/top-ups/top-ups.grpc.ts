import { AccountAccess, actorOf } from '@modelbridge/access';
import type { CreateTopUpRequest, CreateTopUpResponse } from '@modelbridge/contracts/billing.v1';
import { RpcError, validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { z } from 'zod';
import {
  answering,
  idempotencyKeyField,
  positiveAmountField,
  uuidField,
} from '../request-validation.js';
import { TopUpsService } from './top-ups.service.js';

const createSchema = z.object({
  accountId: uuidField('account'),
  amountNanoUsd: positiveAmountField,
  idempotencyKey: idempotencyKeyField,
  saveCard: z.boolean(),
});

@Controller()
export class TopUpsGrpc {
  constructor(
    private readonly topUps: TopUpsService,
    private readonly access: AccountAccess,
  ) {}

  @GrpcMethod('BillingService', 'createTopUp')
  async createTopUp(request: CreateTopUpRequest): Promise<CreateTopUpResponse> {
    const { saveCard, ...topUp } = validRequest(createSchema, request);
    await this.access.account('createTopUp', actorOf(request), request.accountId);
    const session = await answering(() => this.topUps.open({ ...topUp, savesCard: saveCard }));
    if (session.url === undefined) {
      throw new RpcError(
        'already_exists',
        'the page of this idempotency key is over: take another',
        {
          field: 'idempotency_key',
        },
      );
    }
    return { sessionId: session.sessionId, url: session.url, expiresAt: session.expiresAt };
  }
}
