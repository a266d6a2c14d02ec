import { Module } from '@nestjs/common';
import { UsageModule } from '../usage/usage.module.js';
import { IdempotencyService } from './idempotency.service.js';
import { UnsettledClaims } from './unsettled-claims.service.js';

@Module({
  imports: [UsageModule],
  providers: [IdempotencyService, UnsettledClaims],
  exports: [IdempotencyService],
})
export class IdempotencyModule {}
