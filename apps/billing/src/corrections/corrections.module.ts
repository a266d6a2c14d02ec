import { Module } from '@nestjs/common';
import { AllowancesModule } from '../allowances/allowances.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { BookModule } from '../book/book.module.js';
import { GrantsModule } from '../grants/grants.module.js';
import { CorrectionsGrpc } from './corrections.grpc.js';
import { CorrectionsRepository } from './corrections.repository.js';
import { CorrectionsService } from './corrections.service.js';

@Module({
  imports: [AuditModule, BookModule, AllowancesModule, GrantsModule],
  controllers: [CorrectionsGrpc],
  providers: [CorrectionsService, CorrectionsRepository],
})
export class CorrectionsModule {}
