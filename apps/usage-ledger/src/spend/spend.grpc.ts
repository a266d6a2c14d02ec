import { actorOf } from '@modelbridge/access';
import {
  SpendGranularity,
  SpendGroup as SpendGroupMessage,
  type ListSpendRequest,
  type ListSpendResponse,
} from '@modelbridge/contracts/usage_ledger.v1';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { spendQuerySchema, type Granularity, type SpendGroup } from './spend.js';
import { SpendAccess } from './spend-access.service.js';
import { SpendService } from './spend.service.js';

const granularityOf: Record<SpendGranularity, Granularity | undefined> = {
  [SpendGranularity.UNSPECIFIED]: undefined,
  [SpendGranularity.HOUR]: 'hour',
  [SpendGranularity.DAY]: 'day',
  [SpendGranularity.MONTH]: 'month',
  [SpendGranularity.UNRECOGNIZED]: undefined,
};

const groupOf: Record<SpendGroupMessage, SpendGroup | undefined> = {
  [SpendGroupMessage.UNSPECIFIED]: 'none',
  [SpendGroupMessage.MODEL]: 'model',
  [SpendGroupMessage.KEY]: 'key',
  [SpendGroupMessage.USER]: 'user',
  [SpendGroupMessage.TAG]: 'tag',
  [SpendGroupMessage.UNRECOGNIZED]: undefined,
};

@Controller()
export class SpendGrpc {
  constructor(
    private readonly spend: SpendService,
    private readonly access: SpendAccess,
  ) {}

  @GrpcMethod('UsageLedgerService', 'listSpend')
  async listSpend(request: ListSpendRequest): Promise<ListSpendResponse> {
    const query = validRequest(spendQuerySchema, {
      ...request,
      granularity: granularityOf[request.granularity],
      groupBy: groupOf[request.groupBy],
    });
    return {
      spend: await this.spend.list(await this.access.query('listSpend', actorOf(request), query)),
    };
  }
}
