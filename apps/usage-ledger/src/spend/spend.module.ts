import { Module } from '@nestjs/common';
import { ErasedSpendRepository } from './erased-spend.repository.js';
import { ErasedSpendService } from './erased-spend.service.js';
import { SpendAccess } from './spend-access.service.js';
import { SpendGrpc } from './spend.grpc.js';
import { SpendRepository } from './spend.repository.js';
import { SpendService } from './spend.service.js';
import { UsageSeriesGrpc } from './usage-series.grpc.js';
import { UsageSeriesRepository } from './usage-series.repository.js';
import { UsageSeriesService } from './usage-series.service.js';

@Module({
  controllers: [SpendGrpc, UsageSeriesGrpc],
  providers: [
    SpendService,
    SpendAccess,
    SpendRepository,
    ErasedSpendService,
    ErasedSpendRepository,
    UsageSeriesService,
    UsageSeriesRepository,
  ],
  exports: [SpendService, ErasedSpendService],
})
export class SpendModule {}
