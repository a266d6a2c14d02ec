import { Module } from '@nestjs/common';
import { ClaimsModule } from '../claims/claims.module.js';
import { ConfirmationsModule } from '../confirmations/confirmations.module.js';
import { ProviderUsageModule } from '../provider-usage/provider-usage.module.js';
import { SpendModule } from '../spend/spend.module.js';
import { WatermarksModule } from '../watermarks/watermarks.module.js';
import { ErasedRequestsRepository } from './erased-requests.repository.js';
import { ErasedRequestsService } from './erased-requests.service.js';
import { PartitionsRepository } from './partitions.repository.js';
import { PartitionsService } from './partitions.service.js';
import { RecordingRepository } from './recording.repository.js';
import { RecordingService } from './recording.service.js';
import { RequestCompletedConsumer } from './request-completed.consumer.js';

@Module({
  imports: [ClaimsModule, ConfirmationsModule, ProviderUsageModule, SpendModule, WatermarksModule],
  providers: [
    ErasedRequestsRepository,
    ErasedRequestsService,
    PartitionsRepository,
    PartitionsService,
    RecordingRepository,
    RecordingService,
    RequestCompletedConsumer,
  ],
  exports: [ErasedRequestsService],
})
export class RecordingModule {}
