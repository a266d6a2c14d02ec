import { Module } from '@nestjs/common';
import { UsageModule } from '../usage/usage.module.js';
import { AllowanceRecalledConsumer } from './allowance-recalled.consumer.js';
import { Allowances } from './allowances.js';

@Module({
  imports: [UsageModule],
  providers: [Allowances, AllowanceRecalledConsumer],
  exports: [Allowances],
})
export class AllowancesModule {}
