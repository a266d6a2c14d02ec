import { Module } from '@nestjs/common';
import { UsageModule } from '../usage/usage.module.js';
import { AdoptedAllowances } from './adopted-allowances.service.js';
import { AllowanceCloser } from './allowance-closer.service.js';
import { AllowanceRecalledConsumer } from './allowance-recalled.consumer.js';
import { Allowances } from './allowances.service.js';

@Module({
  imports: [UsageModule],
  providers: [AllowanceCloser, Allowances, AdoptedAllowances, AllowanceRecalledConsumer],
  exports: [Allowances],
})
export class AllowancesModule {}
