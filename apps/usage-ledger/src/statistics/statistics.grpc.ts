import type {
  GetServiceStatisticsRequest,
  GetServiceStatisticsResponse,
} from '@modelbridge/contracts/usage_ledger.v1';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { statisticsQuerySchema } from './statistics.js';
import { StatisticsService } from './statistics.service.js';

@Controller()
export class StatisticsGrpc {
  constructor(private readonly statistics: StatisticsService) {}

  @GrpcMethod('UsageLedgerService', 'getServiceStatistics')
  async getServiceStatistics(
    request: GetServiceStatisticsRequest,
  ): Promise<GetServiceStatisticsResponse> {
    const { hours } = validRequest(statisticsQuerySchema, request);
    const published = await this.statistics.published(hours, new Date());
    return {
      countedUntil: published.countedUntil,
      hours: published.hours.map((hour) => ({
        ...hour,
        medianFirstTokenMs: hour.medianFirstTokenMs ?? undefined,
        p95FirstTokenMs: hour.p95FirstTokenMs ?? undefined,
      })),
    };
  }
}
