import { Module } from '@nestjs/common';
import { SettlementModule } from '../settlement/settlement.module.js';
import { IdempotencyService } from './idempotency.service.js';
import { UnsettledClaims } from './unsettled-claims.js';

@Module({
  imports: [SettlementModule],
  providers: [IdempotencyService, UnsettledClaims],
  exports: [IdempotencyService],
})
export class IdempotencyModule {}
