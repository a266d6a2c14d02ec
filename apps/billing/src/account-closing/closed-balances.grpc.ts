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
import { ClosedBalancesRepository } from './closed-balances.repository.js';

const listed = 100;
const listSchema = z.object({
  afterAccountId: z.union([z.literal('').transform(() => null), uuidField('account')]),
});

/** Money of accounts that are gone: somebody has to give it back, or to keep it on purpose. */
@Controller()
export class ClosedBalancesGrpc {
  constructor(private readonly balances: ClosedBalancesRepository) {}

  @GrpcMethod('BillingService', 'listClosedBalances')
  async listClosedBalances(
    request: ListClosedBalancesRequest,
  ): Promise<ListClosedBalancesResponse> {
    const { afterAccountId } = validRequest(listSchema, request);
    const found = await answering(() => this.balances.list(afterAccountId, listed + 1));
    return {
      accounts: found.slice(0, listed).map((account) => ({
        accountId: idFromUuid('account', account.accountId),
        balanceNanoUsd: account.balance,
        debtNanoUsd: account.debt,
        disputedNanoUsd: account.disputed,
        closedAt: account.closedAt ?? undefined,
        erasedAt: account.erasedAt ?? undefined,
      })),
      hasMore: found.length > listed,
    };
  }
}
