import { Module } from '@nestjs/common';
import { ProviderUsageModule } from '../provider-usage/provider-usage.module.js';
import { SpendModule } from '../spend/spend.module.js';
import { ChargePostedConsumer } from './charge-posted.consumer.js';
import { ConfirmationsRepository } from './confirmations.repository.js';
import { ConfirmationsService } from './confirmations.service.js';

@Module({
  imports: [ProviderUsageModule, SpendModule],
  providers: [ChargePostedConsumer, ConfirmationsService, ConfirmationsRepository],
  exports: [ConfirmationsService],
})
export class ConfirmationsModule {}
