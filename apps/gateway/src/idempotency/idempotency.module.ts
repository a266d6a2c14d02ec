import { Module } from '@nestjs/common';
import { SettlementModule } from '../settlement/settlement.module.js';
import { IdempotencyService } from './idempotency.service.js';

@Module({
  imports: [SettlementModule],
  providers: [IdempotencyService],
  exports: [IdempotencyService],
})
export class IdempotencyModule {}
