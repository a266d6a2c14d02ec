import { Module } from '@nestjs/common';
import { AllowancesModule } from '../allowances/allowances.module.js';
import { CatalogModule } from '../catalog/catalog.module.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { SettlementModule } from '../settlement/settlement.module.js';
import { UpstreamModule } from '../upstream/upstream.module.js';
import { InferenceService } from './inference.service.js';
import { RequestMetrics } from './request-metrics.js';
import { RunningRequests } from './running-requests.js';
import { TokenCounts } from './token-counts.service.js';

@Module({
  imports: [AllowancesModule, CatalogModule, IdempotencyModule, SettlementModule, UpstreamModule],
  providers: [InferenceService, RequestMetrics, RunningRequests, TokenCounts],
  exports: [InferenceService, RunningRequests, TokenCounts],
})
export class InferenceModule {}
