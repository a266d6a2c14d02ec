import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ProviderBillsRepository } from './provider-bills.repository.js';
import { ProviderBillsService } from './provider-bills.service.js';
import { ProviderCostsGrpc } from './provider-costs.grpc.js';
import { ProviderCostsService } from './provider-costs.service.js';
import { ProviderUsageReader } from './provider-usage.service.js';

@Module({
  imports: [AuditModule],
  controllers: [ProviderCostsGrpc],
  providers: [
    ProviderBillsRepository,
    ProviderBillsService,
    ProviderCostsService,
    ProviderUsageReader,
  ],
  exports: [ProviderCostsService],
})
export class ProviderCostsModule {}
