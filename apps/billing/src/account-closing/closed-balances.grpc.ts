import { idFromUuid } from '@modelbridge/contracts';
import type {
  ListClosedBalancesRequest,
  ListClosedBalancesResponse,
} from '@modelbridge/contracts/billing.v1';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { z } from 'zod';
import { answering, uuidField } from '../request-validation.js';
import { ClosedBalances } from './closed-balances.service.js';

const listSchema = z.object({
  afterAccountId: z.union([z.literal('').transform(() => null), uuidField('account')]),
});

@Controller()
export class ClosedBalancesGrpc {
  constructor(private readonly balances: ClosedBalances) {}

  @GrpcMethod('BillingService', 'listClosedBalances')
  async listClosedBalances(
    request: ListClosedBalancesRequest,
  ): Promise<ListClosedBalancesResponse> {
    const { afterAccountId } = validRequest(listSchema, request);
    const { accounts, hasMore } = await answering(() => this.balances.page(afterAccountId));
    return {
      accounts: accounts.map((account) => ({
        accountId: idFromUuid('account', account.accountId),
        balanceNanoUsd: account.balance,
        debtNanoUsd: account.debt,
        disputedNanoUsd: account.disputed,
        closedAt: account.closedAt ?? undefined,
        erasedAt: account.erasedAt ?? undefined,
      })),
      hasMore,
    };
  }
}
