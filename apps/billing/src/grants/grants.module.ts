import { Module } from '@nestjs/common';
import { AllowancesModule } from '../allowances/allowances.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { BookModule } from '../book/book.module.js';
import { ExpiriesService } from './expiries.service.js';
import { GrantsGrpc } from './grants.grpc.js';
import { GrantsRepository } from './grants.repository.js';
import { GrantsService } from './grants.service.js';

@Module({
  imports: [AuditModule, BookModule, AllowancesModule],
  controllers: [GrantsGrpc],
  providers: [GrantsService, GrantsRepository, ExpiriesService],
  exports: [GrantsService],
})
export class GrantsModule {}
