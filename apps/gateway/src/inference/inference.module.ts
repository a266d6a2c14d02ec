import { Module } from '@nestjs/common';
import { AllowancesModule } from '../allowances/allowances.module.js';
import { CaptureModule } from '../capture/capture.module.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { LoadModule } from '../load/load.module.js';
import { PlanModule } from '../plan/plan.module.js';
import { WorkersModule } from '../workers/workers.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { UpstreamModule } from '../upstream/upstream.module.js';
import { InferenceService } from './inference.service.js';
import { RequestMetrics } from './request-metrics.service.js';
import { RunningRequests } from './running-requests.service.js';

@Module({
  imports: [
    AllowancesModule,
    CaptureModule,
    IdempotencyModule,
    LoadModule,
    PlanModule,
    UsageModule,
    UpstreamModule,
    WorkersModule,
  ],
  providers: [InferenceService, RequestMetrics, RunningRequests],
  exports: [InferenceService, RequestMetrics, RunningRequests],
})
export class InferenceModule {}
