import { Module } from '@nestjs/common';
import { AllowancesModule } from '../allowances/allowances.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { BookModule } from '../book/book.module.js';
import { LimitAccess } from './limit-access.service.js';
import { LimitsGrpc } from './limits.grpc.js';
import { LimitsRepository } from './limits.repository.js';
import { LimitsService } from './limits.service.js';

@Module({
  imports: [AuditModule, BookModule, AllowancesModule],
  controllers: [LimitsGrpc],
  providers: [LimitsService, LimitAccess, LimitsRepository],
})
export class LimitsModule {}
