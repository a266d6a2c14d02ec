import { actorOf } from '@modelbridge/access';
import {
  UsageGranularity,
  UsageGroup,
  type GetUsageSeriesRequest,
  type GetUsageSeriesResponse,
} from '@modelbridge/contracts/usage_ledger.v1';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { SpendAccess } from './spend-access.service.js';
import { seriesQuerySchema, type SeriesGranularity, type SeriesGroup } from './usage-series.js';
import { UsageSeriesService } from './usage-series.service.js';

const granularityOf: Record<UsageGranularity, SeriesGranularity | undefined> = {
  [UsageGranularity.UNSPECIFIED]: undefined,
  [UsageGranularity.MINUTE]: 'minute',
  [UsageGranularity.HOUR]: 'hour',
  [UsageGranularity.DAY]: 'day',
  [UsageGranularity.MONTH]: 'month',
  [UsageGranularity.UNRECOGNIZED]: undefined,
};
const groupOf: Record<UsageGroup, SeriesGroup | undefined> = {
  [UsageGroup.UNSPECIFIED]: 'none',
  [UsageGroup.MODEL]: 'model',
  [UsageGroup.KEY]: 'key',
  [UsageGroup.USER]: 'user',
  [UsageGroup.UNRECOGNIZED]: undefined,
};

@Controller()
export class UsageSeriesGrpc {
  constructor(
    private readonly series: UsageSeriesService,
    private readonly access: SpendAccess,
  ) {}

  @GrpcMethod('UsageLedgerService', 'getUsageSeries')
  async getUsageSeries(request: GetUsageSeriesRequest): Promise<GetUsageSeriesResponse> {
    const query = validRequest(seriesQuerySchema, {
      ...request,
      granularity: granularityOf[request.granularity],
      groupBy: groupOf[request.groupBy],
    });
    return this.series.get(await this.access.query('getUsageSeries', actorOf(request), query));
  }
}
