import { Module } from '@nestjs/common';
import { ProviderUsageGrpc } from './provider-usage.grpc.js';
import { ProviderUsageRepository } from './provider-usage.repository.js';
import { ProviderUsageService } from './provider-usage.service.js';

@Module({
  controllers: [ProviderUsageGrpc],
  providers: [ProviderUsageService, ProviderUsageRepository],
  exports: [ProviderUsageService],
})
export class ProviderUsageModule {}
