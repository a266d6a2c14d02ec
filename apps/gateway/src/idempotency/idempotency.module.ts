import { Module } from '@nestjs/common';
import { UsageModule } from '../usage/usage.module.js';
import { IdempotencyService } from './idempotency.service.js';

@Module({
  imports: [UsageModule],
  providers: [IdempotencyService],
  exports: [IdempotencyService],
})
export class IdempotencyModule {}
