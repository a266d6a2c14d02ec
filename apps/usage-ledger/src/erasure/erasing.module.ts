import { Module } from '@nestjs/common';
import { ClaimsModule } from '../claims/claims.module.js';
import { RecordingModule } from '../recording/recording.module.js';
import { SpendModule } from '../spend/spend.module.js';
import { EraserService } from './eraser.service.js';
import { ErasureRequestedConsumer } from './erasure-requested.consumer.js';

@Module({
  imports: [ClaimsModule, RecordingModule, SpendModule],
  providers: [EraserService, ErasureRequestedConsumer],
})
export class ErasingModule {}
