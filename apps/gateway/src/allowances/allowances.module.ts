import { Module } from '@nestjs/common';
import { SettlementModule } from '../settlement/settlement.module.js';
import { AllowanceRecalledConsumer } from './allowance-recalled.consumer.js';
import { Allowances } from './allowances.js';

@Module({
  imports: [SettlementModule],
  providers: [Allowances, AllowanceRecalledConsumer],
  exports: [Allowances],
})
export class AllowancesModule {}
